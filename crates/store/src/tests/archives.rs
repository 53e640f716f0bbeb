use std::time::Duration;

use sahod_model::{
    Archive, ArchiveContent, ArchiveErrorCode, ArchiveId, ArchiveStatus, Clock as _, FileFormat, FileType,
    Mode, Payslip, RawFile, RawFileId, UserId,
};
use sahod_vault::DataKey;

use super::{provider, transaction};
use crate::{
    ArchiveFilter, PageRequest, Scope, StoreError,
    testing::{TestStore, each_store},
};
use sahod_model::item::{SourceRef, SourceType};

impl TestStore {
    /// An archive of that kind, with one file.
    async fn archive(&self, scope: &Scope, user: &UserId, file_type: FileType) -> (Archive, DataKey) {
        self.clock.advance(Duration::from_secs(1));
        let (now, clock, random) = (self.clock.now(), &*self.clock, &*self.random);
        let file = RawFile {
            id: RawFileId::new(clock, random),
            name: "payslip of Ana.pdf".to_owned(),
            subtype: None,
            size: 7,
            format: FileFormat::Pdf,
        };
        let archive = Archive {
            id: ArchiveId::new(clock, random),
            user_id: user.clone(),
            provider_id: provider(),
            file_type,
            created_at: now,
            status: ArchiveStatus::Started,
            error_code: None,
            updated_at: now,
            file_count: 1,
            content: Some(ArchiveContent { files: vec![file], classified: false, payslip: None }),
        };
        let key = self.store.create_key(archive.id.as_str()).await.unwrap();
        let mut tx = self.store.begin().await.unwrap();
        tx.scoped(scope).insert_archive(&archive, &key).await.unwrap();
        tx.commit().await.unwrap();
        (archive, key)
    }

    async fn archives(&self, scope: &Scope, filter: &ArchiveFilter) -> Vec<ArchiveId> {
        let page = self.store.scoped(scope).list_archives(filter, &PageRequest::first(10)).await.unwrap();
        page.items.into_iter().map(|archive| archive.id).collect()
    }
}

#[tokio::test]
async fn an_archive_is_its_scopes_own_and_readable_until_it_is_revoked() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let user = test.user(&scope).await;
        let (mut archive, key) = test.archive(&scope, &user, FileType::Payslip).await;
        assert_eq!(test.store.scoped(&scope).get_archive(&archive.id).await.unwrap().unwrap(), archive);
        assert!(test.store.scoped(&other).get_archive(&archive.id).await.unwrap().is_none());
        assert!(test.archives(&other, &ArchiveFilter::default()).await.is_empty());

        archive.status = ArchiveStatus::Error;
        archive.error_code = Some(ArchiveErrorCode::MissingMandatoryField);
        archive.content.as_mut().unwrap().payslip = Some(Payslip::default());
        let mut tx = test.store.begin().await.unwrap();
        assert!(!tx.scoped(&other).update_archive(&archive, &key).await.unwrap());
        assert!(tx.scoped(&scope).update_archive(&archive, &key).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(test.store.scoped(&scope).get_archive(&archive.id).await.unwrap().unwrap(), archive);

        let now = test.clock.now();
        let mut tx = test.store.begin().await.unwrap();
        assert!(!tx.scoped(&other).revoke_archive(&archive.id, now).await.unwrap());
        assert!(tx.scoped(&scope).revoke_archive(&archive.id, now).await.unwrap());
        assert!(!tx.scoped(&scope).revoke_archive(&archive.id, now).await.unwrap(), "it was before");
        assert!(!tx.scoped(&scope).update_archive(&archive, &key).await.unwrap(), "nothing brings it back");
        tx.commit().await.unwrap();
        let left = test.store.scoped(&scope).get_archive(&archive.id).await.unwrap().unwrap();
        assert_eq!((left.status, left.error_code, left.content), (ArchiveStatus::Revoked, None, None));
    })
    .await;
}

#[tokio::test]
async fn an_archive_without_its_key_has_no_content() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (archive, _) = test.archive(&scope, &user, FileType::Payslip).await;
        test.store.destroy_key(archive.id.as_str()).await.unwrap();
        let left = test.store.scoped(&scope).get_archive(&archive.id).await.unwrap().unwrap();
        assert!(left.content.is_none() && left.status == ArchiveStatus::Started);
    })
    .await;
}

#[tokio::test]
async fn archives_are_listed_by_user_kind_and_day() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let (ana, ben) = (test.user(&scope).await, test.user(&scope).await);
        let mut made = Vec::new();
        for (user, file_type) in [
            (&ana, FileType::Payslip),
            (&ana, FileType::CompanyId),
            (&ben, FileType::Payslip),
            (&ana, FileType::Payslip),
        ] {
            made.push(test.archive(&scope, user, file_type).await.0);
        }
        let ids = |indexes: &[usize]| indexes.iter().map(|at| made[*at].id.clone()).collect::<Vec<_>>();
        let (user_id, file_type) = (Some(ana.clone()), Some(FileType::Payslip));
        let none = ArchiveFilter::default;
        assert_eq!(test.archives(&scope, &none()).await, ids(&[3, 2, 1, 0]));
        assert_eq!(
            test.archives(&scope, &ArchiveFilter { user_id: user_id.clone(), ..none() }).await,
            ids(&[3, 1, 0])
        );
        assert_eq!(test.archives(&scope, &ArchiveFilter { file_type, ..none() }).await, ids(&[3, 2, 0]));
        assert_eq!(
            test.archives(&scope, &ArchiveFilter { user_id, file_type, ..none() }).await,
            ids(&[3, 0])
        );
        let (from, to) = (Some(made[1].created_at), Some(made[2].created_at));
        assert_eq!(test.archives(&scope, &ArchiveFilter { from, to, ..none() }).await, ids(&[2, 1]));

        let store = test.store.scoped(&scope);
        let first = store.list_archives(&none(), &PageRequest::first(3)).await.unwrap();
        let rest = PageRequest { size: 3, after: first.next };
        assert_eq!(store.list_archives(&none(), &rest).await.unwrap().items[0].id, made[0].id);
        let page = PageRequest::first(10);
        let read = async || {
            let list = store.list_analyzed_archives(FileType::Payslip, (None, None), &page).await.unwrap();
            list.items.into_iter().map(|archive| archive.id).collect::<Vec<_>>()
        };
        assert!(read().await.is_empty());
        let key = test.store.key(made[2].id.as_str()).await.unwrap().unwrap();
        let mut tx = test.store.begin().await.unwrap();
        let analyzed = Archive { status: ArchiveStatus::Analyzed, ..made[2].clone() };
        tx.scoped(&scope).update_archive(&analyzed, &key).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read().await, ids(&[2]));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_stored_of_an_archive_that_was_revoked_and_a_document_is_something_shared() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (archive, key) = test.archive(&scope, &user, FileType::Payslip).await;
        let source = SourceRef {
            source_id: (&archive.id).into(),
            source_type: SourceType::Archive,
            user_id: user.clone(),
            provider_id: provider(),
        };
        let now = test.clock.now();
        let mut tx = test.store.begin().await.unwrap();
        let mut scoped = tx.scoped(&scope);
        scoped.lock_user(&user).await.unwrap();
        assert!(scoped.shares_something(&user).await.unwrap());
        scoped.upsert_items(&source, &key, vec![transaction("1", 1, 1)], now).await.unwrap();
        scoped.revoke_archive(&archive.id, now).await.unwrap();
        assert!(!scoped.shares_something(&user).await.unwrap());
        let refused = scoped.upsert_items(&source, &key, vec![transaction("2", 1, 1)], now).await;
        assert!(matches!(refused, Err(StoreError::Gone)));
    })
    .await;
}
