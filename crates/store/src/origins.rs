//! The pages that a tenant lets have the widget in them.

use sahod_model::{Origin, TokenId};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    scope::{Scoped, ScopedTx},
};

statements! {
    LIST_ORIGINS = "SELECT origin FROM allowed_origins WHERE scope = $1 ORDER BY origin";
    LIST_OF_TOKEN = "SELECT o.origin FROM link_tokens k LEFT JOIN allowed_origins o ON o.scope = k.scope
        WHERE k.id = $1 ORDER BY o.origin";
    ANY_ORIGIN = "SELECT scope FROM allowed_origins WHERE scope >= $1 LIMIT 1";
    INSERT_ORIGIN = "INSERT INTO allowed_origins (scope, origin) VALUES ($1, $2)";
    DELETE_ORIGINS = "DELETE FROM allowed_origins WHERE scope = $1";
}

fn read(row: Row<'_>) -> Result<Origin, StoreError> {
    row.text(0)?.parse().map_err(corrupt)
}

impl Scoped<'_> {
    /// The allowed origins, in order; none: every page may have the widget in it.
    pub async fn list_origins(&self) -> Result<Vec<Origin>, StoreError> {
        self.store.data().query(LIST_ORIGINS, params![self.scope.number()], read).await
    }
}

impl ScopedTx<'_> {
    /// Replaces the allowed origins. None of them may be there twice. Of two that do so at once, the later replaces what the
    /// earlier wrote.
    pub async fn replace_origins(&mut self, origins: &[Origin]) -> Result<(), StoreError> {
        let scope = self.scope.number();
        self.tx.lock(&format!("allowed_origins {scope}")).await?;
        self.tx.execute(DELETE_ORIGINS, params![scope]).await?;
        let rows = origins.iter().map(|origin| params![scope, origin]).collect();
        self.tx.execute_many(INSERT_ORIGIN, rows).await.map(|_| ())
    }
}

/// What a browser is told before anybody has said who they are: nothing of it is a secret.
impl Store {
    /// The allowed origins of the tenant and mode that a link token was made for; `None` when there is no such token.
    pub async fn origins_of_token(&self, id: &TokenId) -> Result<Option<Vec<Origin>>, StoreError> {
        let read = |row: Row<'_>| row.opt_parsed::<Origin>(0);
        let found = self.data().query(LIST_OF_TOKEN, params![id], read).await?;
        Ok(if found.is_empty() { None } else { Some(found.into_iter().flatten().collect()) })
    }

    /// Whether any tenant has allowed origins.
    pub async fn has_origins(&self) -> Result<bool, StoreError> {
        Ok(self.data().query_opt(ANY_ORIGIN, params![0], |row| row.int(0)).await?.is_some())
    }
}
