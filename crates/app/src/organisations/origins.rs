//! Which pages may have the widget in them.

use sahod_model::{Origin, Right, TokenId};
use sahod_store::Scope;

use super::Organisations;
use crate::{Acting, AppError};

/// Origins that a tenant allows in a mode, at most. They travel in a header with each page of the widget.
pub const MAX_ORIGINS: usize = 50;

/// Which pages may have the widget in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// All of them, also those without an address of their own.
    Anywhere,
    /// Those at one of these origins.
    At(Vec<Origin>),
    /// None.
    Nowhere,
}

impl Organisations {
    /// The origins that a tenant allows, in order; none: every page may have the widget in it.
    pub async fn list_origins(&self, acting: &Acting) -> Result<Vec<Origin>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_origins().await?)
    }

    /// Replaces the origins that a tenant allows: what they are from now on, in order.
    pub async fn replace_origins(
        &self,
        acting: &Acting,
        origins: Vec<Origin>,
    ) -> Result<Vec<Origin>, AppError> {
        let scope = acting.may(Right::Write)?;
        self.set_origins_in(scope, origins).await
    }

    pub(super) async fn set_origins_in(
        &self,
        scope: &Scope,
        mut origins: Vec<Origin>,
    ) -> Result<Vec<Origin>, AppError> {
        if origins.len() > MAX_ORIGINS {
            return Err(AppError::invalid("origins", format!("must be at most {MAX_ORIGINS}")));
        }
        if origins.iter().any(|origin| !origin.is_safe_in(scope.mode())) {
            return Err(AppError::invalid(
                "origins",
                "must be addresses that start with https:// in production mode",
            ));
        }
        origins.sort();
        origins.dedup();
        let mut tx = self.services.store.begin().await?;
        tx.scoped(scope).replace_origins(&origins).await?;
        tx.commit().await?;
        Ok(origins)
    }

    /// Which pages may have the widget in them that is opened for a link token of that id. A page of the widget that names
    /// no token could be anybody's: it is for every page only as long as no tenant at all is particular about that.
    pub async fn framing(&self, token: Option<&str>) -> Result<Framing, AppError> {
        let origins = match token {
            None if self.services.store.has_origins().await? => return Ok(Framing::Nowhere),
            None => return Ok(Framing::Anywhere),
            Some(text) => match text.parse::<TokenId>() {
                Ok(id) => self.services.store.origins_of_token(&id).await?,
                Err(_) => None,
            },
        };
        Ok(match origins {
            None => Framing::Nowhere,
            Some(origins) if origins.is_empty() => Framing::Anywhere,
            Some(origins) => Framing::At(self.with_own(origins)),
        })
    }

    /// Whether a page at that address may send people away and have them back.
    pub(crate) async fn may_return_to(&self, scope: &Scope, address: &str) -> Result<bool, AppError> {
        let Some(origin) = Origin::of(address) else { return Ok(false) };
        let allowed = self.services.store.scoped(scope).list_origins().await?;
        Ok(allowed.is_empty() || self.with_own(allowed).contains(&origin))
    }

    /// People whom a tenant invites meet the widget on a page of this installation.
    fn with_own(&self, mut origins: Vec<Origin>) -> Vec<Origin> {
        origins.extend(Origin::of(&self.services.config.user_url));
        origins
    }
}
