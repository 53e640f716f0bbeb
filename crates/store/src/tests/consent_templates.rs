use sahod_model::{Clock as _, ConsentTemplate, ConsentTemplateId, Mode};

use crate::{
    PageRequest, Scope, StoreError,
    testing::{TestStore, each_store},
};

fn template(test: &TestStore, version: &str) -> ConsentTemplate {
    ConsentTemplate {
        id: ConsentTemplateId::new(&*test.clock, &*test.random),
        created_at: test.clock.now(),
        consent_type: "loan".to_owned(),
        title: None,
        version: version.to_owned(),
        method: Some("checkbox".to_owned()),
        text: "I agree\nto this".to_owned(),
    }
}

async fn insert(test: &TestStore, scope: &Scope, template: &ConsentTemplate) -> Result<(), StoreError> {
    let mut tx = test.store.begin().await?;
    tx.scoped(scope).insert_consent_template(template).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_version_of_a_type_is_there_once_in_a_scope() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let first = template(test, "1");
        insert(test, &scope, &first).await.unwrap();
        let twin = insert(test, &scope, &template(test, "1")).await;
        assert!(matches!(twin, Err(StoreError::Conflict(_))), "{twin:?}");
        let elsewhere = template(test, "1");
        insert(test, &other, &elsewhere).await.unwrap();

        let list = async |scope| {
            test.store.scoped(scope).list_consent_templates(&PageRequest::first(10)).await.unwrap().items
        };
        assert_eq!(list(&scope).await, std::slice::from_ref(&first));
        assert_eq!(list(&other).await, std::slice::from_ref(&elsewhere));

        let mut tx = test.store.begin().await.unwrap();
        assert!(!tx.scoped(&other).delete_consent_template(&first.id).await.unwrap());
        assert!(tx.scoped(&scope).delete_consent_template(&first.id).await.unwrap());
        assert!(!tx.scoped(&scope).delete_consent_template(&first.id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(list(&scope).await.is_empty());
        assert_eq!(list(&other).await, [elsewhere]);
    })
    .await;
}
