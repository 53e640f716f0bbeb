//! Who acts, where, and what they may do. Each surface makes one of these for each call, and every use case takes one and
//! asks it, first of all, for the right that it needs: what a use case works in is only given to those who have the right.

use std::{fmt, sync::Arc};

use sahod_model::{ApiKeyId, Right, Rights};
use sahod_store::Scope;

use crate::{AppError, Session};

/// Who acts, in which tenant and mode, and what they may do there.
#[derive(Clone, Debug)]
pub struct Acting {
    who: Who,
    rights: Rights,
    /// `None`: in the installation as a whole.
    scope: Option<Scope>,
}

/// Who acts.
#[derive(Clone, Debug)]
enum Who {
    /// A tenant's server, by its API key.
    Key(ApiKeyId),
    /// A person at the widget.
    Person(Arc<Session>),
    /// Whoever runs this installation.
    Operator,
    /// A job of that kind.
    Job(&'static str),
}

impl Acting {
    /// The operator, in the installation as a whole. For commands that are typed at the machine.
    #[must_use]
    pub const fn operator() -> Self {
        Self { who: Who::Operator, rights: Rights::ALL, scope: None }
    }

    pub(crate) const fn key(key: ApiKeyId, rights: Rights, scope: Scope) -> Self {
        Self { who: Who::Key(key), rights, scope: Some(scope) }
    }

    pub(crate) fn at_widget(session: Session) -> Self {
        let scope = Some(session.scope.clone());
        Self { who: Who::Person(Arc::new(session)), rights: Rights::NONE, scope }
    }

    pub(crate) const fn job(kind: &'static str, scope: Scope) -> Self {
        Self { who: Who::Job(kind), rights: Rights::ALL, scope: Some(scope) }
    }

    /// The tenant and mode, for whoever has that right over what is theirs.
    pub(crate) fn may(&self, right: Right) -> Result<&Scope, AppError> {
        if self.rights.has(right) { self.scope() } else { Err(AppError::Forbidden) }
    }

    /// The tenant and mode, for whoever may see what is the same for all people: a person at the widget, and keys that may read.
    pub(crate) fn may_browse(&self) -> Result<&Scope, AppError> {
        match self.who {
            Who::Person(_) => self.scope(),
            _ => self.may(Right::Read),
        }
    }

    /// Nothing, for the operator alone.
    pub(crate) const fn may_operate(&self) -> Result<(), AppError> {
        if matches!(self.who, Who::Operator) { Ok(()) } else { Err(AppError::Forbidden) }
    }

    /// The session, for a person at the widget: they may see, share and take back what is their own.
    pub fn may_share(&self) -> Result<&Session, AppError> {
        match &self.who {
            Who::Person(session) => Ok(session),
            _ => Err(AppError::Forbidden),
        }
    }

    /// The tenant and mode, for what carries other use cases, such as cursors: those ask for their own right.
    pub(crate) fn scope(&self) -> Result<&Scope, AppError> {
        self.scope.as_ref().ok_or(AppError::Forbidden)
    }

    /// The API key that is used, if one is.
    pub(crate) const fn api_key(&self) -> Option<&ApiKeyId> {
        match &self.who {
            Who::Key(key) => Some(key),
            _ => None,
        }
    }
}

impl fmt::Display for Acting {
    /// Who it is, for logs: nothing personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Who::Key(key) => key.fmt(f),
            Who::Person(_) => f.write_str("the person"),
            Who::Operator => f.write_str("the operator"),
            Who::Job(kind) => f.write_str(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_stands_outside_of_every_scope() {
        let operator = Acting::operator();
        assert!(operator.may_operate().is_ok());
        assert!(matches!(operator.may(Right::Read), Err(AppError::Forbidden)));
        assert!(matches!(operator.may_share(), Err(AppError::Forbidden)));
    }
}
