use sahod_model::{
    Clock as _, Mode, WinkContent, WinkTemplate, WinkTemplateId,
    wink_template::{Language, WinkOptions, WinkTheme},
};

use crate::{
    PageRequest,
    testing::{TestStore, each_store},
};

fn template(test: &TestStore, name: &str) -> WinkTemplate {
    let now = test.clock.now();
    WinkTemplate {
        id: WinkTemplateId::new(&*test.clock, &*test.random),
        created_at: now,
        updated_at: now,
        content: WinkContent {
            name: name.to_owned(),
            language: Some(Language::Filipino),
            options: WinkOptions {
                top_providers: Some(vec!["grab".parse().unwrap()]),
                enable_upload: Some(true),
                ..WinkOptions::default()
            },
            theme: WinkTheme { primary_color: Some("#0a7d5c".parse().unwrap()), ..WinkTheme::default() },
        },
    }
}

#[tokio::test]
async fn a_template_is_its_scopes_own_until_it_is_deleted() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let old = template(test, "old");
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).insert_wink_template(&old).await.unwrap();
        tx.commit().await.unwrap();
        let page = PageRequest::first(10);
        assert_eq!(test.store.scoped(&scope).get_wink_template(&old.id).await.unwrap(), Some(old.clone()));
        assert!(test.store.scoped(&other).get_wink_template(&old.id).await.unwrap().is_none());
        assert!(test.store.scoped(&other).list_wink_templates(&page).await.unwrap().items.is_empty());

        let new = WinkTemplate {
            updated_at: test.clock.now(),
            content: template(test, "new").content,
            ..old.clone()
        };
        let mut tx = test.store.begin().await.unwrap();
        assert!(!tx.scoped(&other).update_wink_template(&new).await.unwrap());
        assert!(!tx.scoped(&other).delete_wink_template(&new.id).await.unwrap());
        assert!(tx.scoped(&scope).update_wink_template(&new).await.unwrap());
        tx.commit().await.unwrap();
        let listed = test.store.scoped(&scope).list_wink_templates(&page).await.unwrap().items;
        assert_eq!(listed, std::slice::from_ref(&new));

        let mut tx = test.store.begin().await.unwrap();
        assert!(tx.scoped(&scope).delete_wink_template(&new.id).await.unwrap());
        assert!(!tx.scoped(&scope).delete_wink_template(&new.id).await.unwrap());
        assert!(!tx.scoped(&scope).update_wink_template(&new).await.unwrap());
        tx.commit().await.unwrap();
        assert!(test.store.scoped(&scope).get_wink_template(&new.id).await.unwrap().is_none());
    })
    .await;
}
