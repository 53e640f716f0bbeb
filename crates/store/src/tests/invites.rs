use sahod_model::{
    Clock as _, ConnectionStatus, ExposeSecret as _, Invite, InviteId, InviteStatus, InviteTemplateId,
    Invitee, Mode, SecretString, SourceId, UserId,
};

use super::transaction;
use crate::{
    PageRequest,
    testing::{TestStore, each_store},
};

/// An invite of somebody called `name`.
pub(super) fn invite(test: &TestStore, user: &UserId, name: &str) -> (Invite, Invitee) {
    let now = test.clock.now();
    let invite = Invite {
        id: InviteId::new(&*test.clock, &*test.random),
        created_at: now,
        user_id: user.clone(),
        template_id: InviteTemplateId::new(&*test.clock, &*test.random),
        wink_template_id: None,
        status: InviteStatus::Invited,
        updated_at: now,
        invited_at: now,
        linked_at: None,
        expires_at: now.plus(std::time::Duration::from_hours(24)),
        invitee: None,
    };
    let invitee = Invitee {
        full_name: name.to_owned(),
        first_name: Some(name.to_owned()),
        last_name: None,
        email: name.to_owned(),
        token: SecretString::from(name),
    };
    (invite, invitee)
}

#[tokio::test]
async fn an_invite_is_its_scopes_own_and_readable_while_its_users_key_is_there() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let user = test.user(&scope).await;
        let key = test.store.create_key(user.as_str()).await.unwrap();
        let (made, invitee) = invite(test, &user, "Ana");
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).insert_invite(&made, &invitee, [1; 32], &key).await.unwrap();
        tx.commit().await.unwrap();

        let (page, now) = (PageRequest::first(10), test.clock.now());
        let found = test.store.scoped(&scope).get_invite(&made.id).await.unwrap().unwrap();
        let opened = found.invitee.unwrap();
        assert_eq!((opened.email.as_str(), opened.token.expose_secret()), ("Ana", "Ana"));
        let elsewhere = test.store.scoped(&other);
        assert!(elsewhere.get_invite(&made.id).await.unwrap().is_none());
        assert!(elsewhere.list_invites(&page).await.unwrap().items.is_empty());
        assert!(elsewhere.list_invite_logs(&made.id, &page).await.unwrap().items.is_empty());

        let mut tx = test.store.begin().await.unwrap();
        assert!(tx.scoped(&other).link_invite(&user, now).await.unwrap().is_none());
        assert!(tx.scoped(&scope).revoke_invite(&user, now).await.unwrap().is_none(), "not linked yet");
        assert_eq!(tx.scoped(&scope).link_invite(&user, now).await.unwrap().as_ref(), Some(&made.id));
        assert!(tx.scoped(&scope).link_invite(&user, now).await.unwrap().is_none(), "linked already");
        assert!(tx.scoped(&other).revoke_invite(&user, now).await.unwrap().is_none());
        assert_eq!(tx.scoped(&scope).revoke_invite(&user, now).await.unwrap().as_ref(), Some(&made.id));
        tx.commit().await.unwrap();
        let logs = test.store.scoped(&scope).list_invite_logs(&made.id, &page).await.unwrap().items;
        assert_eq!(logs.len(), 3);

        test.store.destroy_key(user.as_str()).await.unwrap();
        let left = test.store.scoped(&scope).list_invites(&page).await.unwrap().items.remove(0);
        assert!(left.invitee.is_none());
        assert_eq!((left.id, left.status), (made.id, InviteStatus::Revoked));
    })
    .await;
}

#[tokio::test]
async fn a_user_shares_something_while_an_account_is_connected_or_has_data() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let user = test.user(&scope).await;
        let now = test.clock.now();
        let shares = async |scope| {
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(scope).lock_user(&user).await.unwrap();
            tx.scoped(scope).shares_something(&user).await.unwrap()
        };
        let status = async |account, status| {
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(&scope).update_account_status(account, status, None, now).await.unwrap();
            tx.commit().await.unwrap();
        };
        assert!(!shares(&scope).await);
        let (account, key) = test.account(&scope, &user, "george").await;
        assert!(!shares(&scope).await, "an attempt shares nothing");
        status(&account.id, ConnectionStatus::Connected).await;
        assert!(shares(&scope).await);
        assert!(!shares(&other).await);
        status(&account.id, ConnectionStatus::Error).await;
        assert!(!shares(&scope).await);
        test.ingest(&scope, &account, &key, vec![transaction("1", 1, 1)]).await;
        assert!(shares(&scope).await, "what was read is still there");
        status(&account.id, ConnectionStatus::Disconnected).await;
        assert!(!shares(&scope).await);
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).delete_items(&SourceId::from(&account.id)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!shares(&scope).await);
    })
    .await;
}
