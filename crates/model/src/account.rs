//! Accounts: a person's link to one login at one provider, and the states it goes through.

use crate::{
    ids::{AccountId, UserId},
    provider::ProviderId,
    time::Timestamp,
    wire_enum::wire_enum,
};

/// A person's link to one login at one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub user_id: UserId,
    /// Where it is.
    pub provider_id: ProviderId,
    /// When it was made.
    pub created_at: Timestamp,
    /// How the connection stands.
    pub status: ConnectionStatus,
    /// Why it failed, in state `ERROR`.
    pub error_code: Option<AccountErrorCode>,
    /// When `status` last changed.
    pub updated_at: Timestamp,
    /// Whether it is read again month by month.
    pub monitor_status: MonitorStatus,
    /// When `monitor_status` last changed.
    pub monitor_updated_at: Timestamp,
    /// When everything was read last; `None` before the first time.
    pub read_at: Option<Timestamp>,
}

wire_enum! {
    /// How a connection stands.
    ConnectionStatus {
        /// Made, not yet signed in.
        Pending = "PENDING",
        /// The provider waits for the person's code.
        AwaitingMfa = "AWAITING_MFA",
        /// Signing in or reading failed.
        Error = "ERROR",
        /// Signed in.
        Connected = "CONNECTED",
        /// Revoked, for good.
        Disconnected = "DISCONNECTED",
    }
}

wire_enum! {
    /// Whether an account is read again month by month.
    MonitorStatus {
        /// It is.
        Active = "ACTIVE",
        /// The source wants the person again first.
        UserActionRequired = "USER_ACTION_REQUIRED",
        /// The provider or the tenant's plan does not allow it.
        Unsupported = "UNSUPPORTED",
        /// The organisation switched it off.
        CustomerDisabled = "CUSTOMER_DISABLED",
    }
}

wire_enum! {
    /// Why a connection failed.
    AccountErrorCode {
        /// The provider switched the account off.
        AccountDisabled = "ACCOUNT_DISABLED",
        /// The provider does not let the account be read.
        AccountInaccessible = "ACCOUNT_INACCESSIBLE",
        /// The account was never set up to the end.
        AccountIncomplete = "ACCOUNT_INCOMPLETE",
        /// The provider locked the account.
        AccountLocked = "ACCOUNT_LOCKED",
        /// The provider wants the person to sign in again.
        AuthRequired = "AUTH_REQUIRED",
        /// The password is out of date.
        ExpiredCredentials = "EXPIRED_CREDENTIALS",
        /// The account is of a kind that cannot be read.
        InvalidAccountType = "INVALID_ACCOUNT_TYPE",
        /// The provider refused the way of signing in.
        InvalidAuth = "INVALID_AUTH",
        /// Login name or password is wrong.
        InvalidCredentials = "INVALID_CREDENTIALS",
        /// The code is wrong.
        InvalidMfa = "INVALID_MFA",
        /// The code came too late.
        MfaTimeout = "MFA_TIMEOUT",
        /// The provider does not answer.
        ServiceUnavailable = "SERVICE_UNAVAILABLE",
        /// Something went wrong here.
        SystemError = "SYSTEM_ERROR",
        /// The provider wants its terms accepted first.
        TosRequired = "TOS_REQUIRED",
        /// The account signs in by a way that is not supported.
        UnsupportedAuthType = "UNSUPPORTED_AUTH_TYPE",
        /// The second factor is of a kind that is not supported.
        UnsupportedMfaMethod = "UNSUPPORTED_MFA_METHOD",
    }
}

impl AccountErrorCode {
    /// Whether the provider or this system failed, and nothing that a person or an account is at fault for: the same may
    /// work later.
    #[must_use]
    pub const fn is_outage(self) -> bool {
        matches!(self, Self::ServiceUnavailable | Self::SystemError)
    }

    /// What happened and what helps, for `errorMessage` and for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::AccountDisabled => {
                "The provider has switched this account off. Ask the provider to switch it on again."
            }
            Self::AccountInaccessible => {
                "The provider does not let this account be read. Sign in at the provider to see why."
            }
            Self::AccountIncomplete => {
                "This account is not fully set up. Finish the set-up at the provider, then try again."
            }
            Self::AccountLocked => {
                "The provider has locked this account. Unlock it at the provider, then try again."
            }
            Self::AuthRequired => "The provider asks for a new sign-in. Connect the account again.",
            Self::ExpiredCredentials => {
                "The password is out of date. Change it at the provider, then try again."
            }
            Self::InvalidAccountType => "This kind of account cannot be connected. Use another account.",
            Self::InvalidAuth => "The provider refused the sign-in. Try again.",
            Self::InvalidCredentials => {
                "The login name or the password is wrong. Check both, then try again."
            }
            Self::InvalidMfa => "The code is wrong. Try again with a new code.",
            Self::MfaTimeout => "The code came too late. Try again and enter the new code in time.",
            Self::ServiceUnavailable => "The provider does not answer at the moment. Try again later.",
            Self::SystemError => "Something went wrong on our side. Try again later.",
            Self::TosRequired => {
                "The provider asks for its terms to be accepted. Accept them at the provider, then try again."
            }
            Self::UnsupportedAuthType => {
                "This account signs in by a way that is not supported. Use a password if the provider offers one."
            }
            Self::UnsupportedMfaMethod => {
                "This account uses a second factor that is not supported. Choose another one at the provider."
            }
        }
    }
}
