use sahod_model::{
    Clock as _, InviteTemplate, InviteTemplateId, Mode,
    invite_template::{InviteCompany, InviteContent, InviteEmail, InvitePage},
};

use crate::{
    PageRequest,
    testing::{TestStore, each_store},
};

pub(super) fn template(test: &TestStore, words: &str) -> InviteTemplate {
    let page =
        || InvitePage { header: words.to_owned(), description: words.to_owned(), button: words.to_owned() };
    let now = test.clock.now();
    InviteTemplate {
        id: InviteTemplateId::new(&*test.clock, &*test.random),
        created_at: now,
        updated_at: now,
        content: InviteContent {
            name: words.to_owned(),
            company: InviteCompany { name: words.to_owned(), logo_url: words.to_owned() },
            email: InviteEmail {
                send_email: true,
                sender_name: words.to_owned(),
                reply_address: words.to_owned(),
                subject: words.to_owned(),
                body: words.to_owned(),
            },
            landing_page: page(),
            success_page: page(),
        },
    }
}

#[tokio::test]
async fn a_template_is_its_scopes_own_until_it_is_deleted() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let old = template(test, "old");
        let key = test.store.create_key(old.id.as_str()).await.unwrap();
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).insert_invite_template(&old, &key).await.unwrap();
        tx.commit().await.unwrap();
        let page = PageRequest::first(10);
        assert_eq!(test.store.scoped(&scope).get_invite_template(&old.id).await.unwrap(), Some(old.clone()));
        assert!(test.store.scoped(&other).get_invite_template(&old.id).await.unwrap().is_none());
        assert!(test.store.scoped(&other).list_invite_templates(&page).await.unwrap().items.is_empty());

        test.clock.advance(std::time::Duration::from_secs(1));
        let new = InviteTemplate {
            updated_at: test.clock.now(),
            content: template(test, "new").content,
            ..old.clone()
        };
        let mut tx = test.store.begin().await.unwrap();
        assert!(!tx.scoped(&other).update_invite_template(&new, &key).await.unwrap());
        assert!(!tx.scoped(&other).delete_invite_template(&new.id, new.updated_at).await.unwrap());
        assert!(tx.scoped(&scope).update_invite_template(&new, &key).await.unwrap());
        tx.commit().await.unwrap();
        let listed = test.store.scoped(&scope).list_invite_templates(&page).await.unwrap().items;
        assert_eq!(listed, std::slice::from_ref(&new));

        let mut tx = test.store.begin().await.unwrap();
        assert!(tx.scoped(&scope).delete_invite_template(&new.id, new.updated_at).await.unwrap());
        assert!(!tx.scoped(&scope).delete_invite_template(&new.id, new.updated_at).await.unwrap());
        assert!(!tx.scoped(&scope).update_invite_template(&new, &key).await.unwrap());
        tx.commit().await.unwrap();
        assert!(test.store.scoped(&scope).get_invite_template(&new.id).await.unwrap().is_none());
        assert!(test.store.scoped(&scope).list_invite_templates(&page).await.unwrap().items.is_empty());
    })
    .await;
}
