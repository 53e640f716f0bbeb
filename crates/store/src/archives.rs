//! Archives. What is personal of one is sealed under its own key; the bytes of its files are kept elsewhere.

use sahod_model::{
    Archive, ArchiveContent, ArchiveErrorCode, ArchiveId, ArchiveStatus, FileType, Timestamp, UserId,
};
use sahod_vault::{Aad, DataKey};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::{ARCHIVE_CONTENT, open_json, to_json},
};

macro_rules! columns {
    () => {
        "id, user_id, provider_id, type, created_at, status, error_code, updated_at, file_count, content"
    };
}

macro_rules! list {
    ($scope:literal, $filter:literal, $limit:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM archives WHERE ",
            $scope,
            " = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)",
            $filter,
            " ORDER BY created_at DESC, id DESC LIMIT ",
            $limit
        )
    };
}

statements! {
    GET_ARCHIVE = concat!("SELECT ", columns!(), " FROM archives WHERE id = $1 AND scope = $2");
    LIST_ALL = list!("scope", "", "$5");
    LIST_BY_USER = list!("+scope", " AND user_id = $5", "$6");
    LIST_BY_TYPE = list!("scope", " AND type = $5", "$6");
    LIST_BY_BOTH = list!("+scope", " AND user_id = $5 AND type = $6", "$7");
    LIST_ANALYZED = list!("scope", " AND type = $5 AND status = 'ANALYZED'", "$6");
    LIST_LIVING = list!("+scope", " AND user_id = $5 AND status <> 'REVOKED'", "$6");
    GET_STATUS = "SELECT status FROM archives WHERE id = $1 AND scope = $2";
    INSERT_ARCHIVE = "INSERT INTO archives (scope, id, user_id, provider_id, type, created_at, status, error_code, updated_at,
        file_count, content, size) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    SUM_SIZES = "SELECT CAST(coalesce(sum(size), 0) AS BIGINT), min(created_at) FROM archives
        WHERE user_id = $1 AND +scope = $2 AND created_at > $3";
    UPDATE_ARCHIVE = "UPDATE archives SET type = $1, status = $2, error_code = $3, updated_at = $4, content = $5
        WHERE id = $6 AND scope = $7 AND status <> 'REVOKED'";
    REVOKE_ARCHIVE = "UPDATE archives SET status = 'REVOKED', error_code = NULL, updated_at = $1, content = NULL
        WHERE id = $2 AND scope = $3 AND status <> 'REVOKED'";
}

/// Which archives are listed.
#[derive(Clone, Debug, Default)]
pub struct ArchiveFilter {
    /// This user's only.
    pub user_id: Option<UserId>,
    /// Documents of this kind only.
    pub file_type: Option<FileType>,
    /// Handed over at this moment or later.
    pub from: Option<Timestamp>,
    /// Handed over at this moment or earlier.
    pub to: Option<Timestamp>,
}

/// What was handed over for a user in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// How many bytes, those of what was revoked since included.
    pub bytes: u64,
    /// When the first of it was.
    pub first_at: Option<Timestamp>,
}

const READ_SIZES: fn(Row<'_>) -> Result<HandedOver, StoreError> = |row| {
    Ok(HandedOver { bytes: u64::try_from(row.int(0)?).map_err(corrupt)?, first_at: row.opt_timestamp(1)? })
};

/// An archive without its content, and that one sealed.
fn read(row: Row<'_>) -> Result<(Archive, Option<Vec<u8>>), StoreError> {
    let archive = Archive {
        id: row.parsed(0)?,
        user_id: row.parsed(1)?,
        provider_id: row.parsed(2)?,
        file_type: row.named(3, FileType::from_name)?,
        created_at: row.timestamp(4)?,
        status: row.named(5, ArchiveStatus::from_name)?,
        error_code: row.opt_named(6, ArchiveErrorCode::from_name)?,
        updated_at: row.timestamp(7)?,
        file_count: u16::try_from(row.int(8)?).map_err(corrupt)?,
        content: None,
    };
    Ok((archive, row.opt_blob(9)?.map(<[u8]>::to_vec)))
}

fn aad(scope: i64, id: &ArchiveId) -> Aad<'_> {
    Aad { scope, kind: ARCHIVE_CONTENT, id: id.as_str() }
}

/// Opens archives; those whose key was destroyed are left without content.
async fn open(
    store: &Store,
    scope: i64,
    sealed: Vec<(Archive, Option<Vec<u8>>)>,
) -> Result<Vec<Archive>, StoreError> {
    let full = sealed.iter().filter(|(_, content)| content.is_some());
    let ids: Vec<_> = full.map(|(archive, _)| archive.id.to_string()).collect();
    let keys = store.live_keys_by_id(ids.iter().map(String::as_str)).await?;
    let open = |(mut archive, sealed): (Archive, Option<Vec<u8>>)| {
        if let (Some(key), Some(sealed)) = (keys.get(archive.id.as_str()), sealed) {
            archive.content = Some(open_json::<ArchiveContent>(key, &aad(scope, &archive.id), &sealed)?);
        }
        Ok(archive)
    };
    sealed.into_iter().map(open).collect()
}

impl Scoped<'_> {
    /// The archive of that id.
    pub async fn get_archive(&self, id: &ArchiveId) -> Result<Option<Archive>, StoreError> {
        let scope = self.scope.number();
        let found = self.store.data().query_opt(GET_ARCHIVE, params![id, scope], read).await?;
        Ok(open(self.store, scope, found.into_iter().collect()).await?.pop())
    }

    /// What was handed over for that user later than that.
    pub async fn handed_over(&self, user: &UserId, after: Timestamp) -> Result<HandedOver, StoreError> {
        let params = params![user, self.scope.number(), after];
        let found = self.store.data().query_opt(SUM_SIZES, params, READ_SIZES).await?;
        found.ok_or_else(|| corrupt("no sum"))
    }

    /// A page of archives, newest first.
    pub async fn list_archives(
        &self,
        filter: &ArchiveFilter,
        page: &PageRequest,
    ) -> Result<Page<Archive>, StoreError> {
        let sql = match (&filter.user_id, filter.file_type) {
            (None, None) => LIST_ALL,
            (Some(_), None) => LIST_BY_USER,
            (None, Some(_)) => LIST_BY_TYPE,
            (Some(_), Some(_)) => LIST_BY_BOTH,
        };
        self.list(sql, filter, page).await
    }

    /// A page of the documents of a kind that were read, newest first.
    pub async fn list_analyzed_archives(
        &self,
        file_type: FileType,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        page: &PageRequest,
    ) -> Result<Page<Archive>, StoreError> {
        let filter = ArchiveFilter { user_id: None, file_type: Some(file_type), from, to };
        self.list(LIST_ANALYZED, &filter, page).await
    }

    /// A page of a user's archives that were not revoked, newest first.
    pub async fn list_living_archives(
        &self,
        user: &UserId,
        page: &PageRequest,
    ) -> Result<Page<Archive>, StoreError> {
        let filter = ArchiveFilter { user_id: Some(user.clone()), ..ArchiveFilter::default() };
        self.list(LIST_LIVING, &filter, page).await
    }

    async fn list(
        &self,
        sql: crate::engine::Sql,
        filter: &ArchiveFilter,
        page: &PageRequest,
    ) -> Result<Page<Archive>, StoreError> {
        let scope = self.scope.number();
        let mut params = window(scope, filter.from, filter.to, page.after.as_ref());
        params.extend(filter.user_id.as_ref().map(Into::into));
        params.extend(filter.file_type.map(|file_type| file_type.as_str().into()));
        let page = self
            .store
            .data()
            .page(sql, params, page, read, |(archive, _)| Position::of(archive.created_at, &archive.id))
            .await?;
        Ok(Page { items: open(self.store, scope, page.items).await?, next: page.next })
    }
}

impl ScopedTx<'_> {
    /// The archive's status, as this transaction sees it. `None`: no such archive.
    pub async fn archive_status(&mut self, id: &ArchiveId) -> Result<Option<ArchiveStatus>, StoreError> {
        let read = |row: Row<'_>| row.named(0, ArchiveStatus::from_name);
        self.tx.query_opt(GET_STATUS, params![id, self.scope.number()], read).await
    }

    /// As [`Scoped::handed_over`], as this transaction sees it. For whoever holds [`ScopedTx::lock_user`].
    pub async fn handed_over(&mut self, user: &UserId, after: Timestamp) -> Result<HandedOver, StoreError> {
        let params = params![user, self.scope.number(), after];
        let found = self.tx.query_opt(SUM_SIZES, params, READ_SIZES).await?;
        found.ok_or_else(|| corrupt("no sum"))
    }

    /// Inserts an archive with its content; `key` is its own, made before.
    pub async fn insert_archive(&mut self, archive: &Archive, key: &DataKey) -> Result<(), StoreError> {
        let scope = self.scope.number();
        let size: i64 =
            archive.content.iter().flat_map(|content| &content.files).map(|file| i64::from(file.size)).sum();
        let content = self.sealed_content(archive, key)?;
        let params = params![
            scope,
            &archive.id,
            &archive.user_id,
            &archive.provider_id,
            archive.file_type.as_str(),
            archive.created_at,
            archive.status.as_str(),
            archive.error_code.map(ArchiveErrorCode::as_str),
            archive.updated_at,
            i64::from(archive.file_count),
            content,
            size,
        ];
        self.tx.execute(INSERT_ARCHIVE, params).await.map(|_| ())
    }

    /// Writes how far reading an archive has come, and its content; `false`, and nothing done, when it was revoked. For
    /// whoever holds [`ScopedTx::lock_user`].
    pub async fn update_archive(&mut self, archive: &Archive, key: &DataKey) -> Result<bool, StoreError> {
        let content = self.sealed_content(archive, key)?;
        let params = params![
            archive.file_type.as_str(),
            archive.status.as_str(),
            archive.error_code.map(ArchiveErrorCode::as_str),
            archive.updated_at,
            content,
            &archive.id,
            self.scope.number(),
        ];
        Ok(self.tx.execute(UPDATE_ARCHIVE, params).await? > 0)
    }

    /// Notes that an archive was revoked, and deletes its content; `false` when it was before. For whoever holds
    /// [`ScopedTx::lock_user`].
    pub async fn revoke_archive(&mut self, id: &ArchiveId, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.tx.execute(REVOKE_ARCHIVE, params![now, id, self.scope.number()]).await? > 0)
    }

    fn sealed_content(
        &self,
        archive: &Archive,
        key: &DataKey,
    ) -> Result<Option<sahod_vault::Sealed>, StoreError> {
        let Some(content) = &archive.content else { return Ok(None) };
        let aad = aad(self.scope.number(), &archive.id);
        Ok(Some(key.seal(self.tx.random(), &aad, to_json(content)?.as_bytes())))
    }
}
