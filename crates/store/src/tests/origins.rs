use std::time::Duration;

use sahod_model::{Clock as _, Mode, Origin, TokenId};

use crate::{NewLinkToken, testing::each_store};

fn origins(texts: &[&str]) -> Vec<Origin> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[tokio::test]
async fn origins_are_a_scopes_own_and_found_by_its_tokens() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let token = NewLinkToken {
            id: TokenId::new(&*test.clock, &*test.random),
            user_id: test.user(&scope).await,
            created_at: test.clock.now(),
            expires_at: test.clock.now().plus(Duration::from_secs(100)),
        };
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).insert_link_token(&token).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!test.store.has_origins().await.unwrap());
        assert_eq!(test.store.origins_of_token(&token.id).await.unwrap(), Some(vec![]));

        for wanted in
            [origins(&["https://a.example", "https://b.example:8443"]), origins(&["https://c.example"])]
        {
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(&scope).replace_origins(&wanted).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(test.store.scoped(&scope).list_origins().await.unwrap(), wanted);
            assert_eq!(test.store.origins_of_token(&token.id).await.unwrap(), Some(wanted));
        }
        assert!(test.store.has_origins().await.unwrap());
        assert!(test.store.scoped(&other).list_origins().await.unwrap().is_empty());
        let unknown = TokenId::new(&*test.clock, &*test.random);
        assert_eq!(test.store.origins_of_token(&unknown).await.unwrap(), None);
    })
    .await;
}
