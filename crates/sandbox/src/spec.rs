//! How the sandbox plays a provider: which data it makes up, and how a sign-in goes.

use sahod_model::{
    Currency,
    item::{DocumentType, PayPeriod},
    link::PromptChannel,
    provider::ProviderHealth,
};
use serde::Deserialize;

/// How the sandbox behaves as one provider.
#[derive(Clone, Debug)]
pub(crate) struct SandboxSpec {
    /// What it pays in, when that is not the currency of its country (or, without one, of the person's).
    pub(crate) currency: Option<Currency>,
    /// How it pays: `Semimonthly` and `Monthly` make payslips, `Annually` makes annual salaries.
    pub(crate) pay: Option<PayPeriod>,
    /// What people do there, when it has transactions and ratings.
    pub(crate) work: Option<Work>,
    /// The social security scheme that it runs.
    pub(crate) scheme: Option<Scheme>,
    /// What its employee numbers start with.
    pub(crate) employee_prefix: Option<String>,
    /// Invented employers: the test people take turns. Empty where the provider is the employer.
    pub(crate) employers: Vec<String>,
    /// The papers that it holds.
    pub(crate) papers: Vec<Paper>,
    /// The loans that it gives.
    pub(crate) loans: Vec<Loan>,
    /// How its codes travel.
    pub(crate) channel: PromptChannel,
    /// How well it works, for showing how that looks.
    pub(crate) health: ProviderHealth,
}

/// A sort of paper that a provider holds.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) document_type: DocumentType,
    /// What its numbers start with; also part of its key, so that each is used once.
    pub(crate) prefix: String,
    pub(crate) issued: Issued,
    pub(crate) valid_years: Option<u8>,
}

/// How often a paper is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Issued {
    Once,
    Yearly,
    Monthly,
}

/// What people do at a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Work {
    Freelance,
    Delivery,
    Rides,
    Selling,
    Hosting,
}

/// A scheme whose schedule is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Scheme {
    /// Social Security System, Philippines.
    Sss,
    /// Home Development Mutual Fund (Pag-IBIG), Philippines.
    Pagibig,
    /// Old-age savings (Jaminan Hari Tua) of BPJS Ketenagakerjaan, Indonesia.
    Bpjs,
    /// Central Provident Fund, Singapore.
    Cpf,
    /// Employees' Provident Fund, India.
    Epf,
}

impl Scheme {
    /// The country that it belongs to.
    pub(crate) const fn country(self) -> &'static str {
        match self {
            Self::Sss | Self::Pagibig => "PH",
            Self::Bpjs => "ID",
            Self::Cpf => "SG",
            Self::Epf => "IN",
        }
    }
}

/// A sort of loan that a provider gives.
#[derive(Clone, Debug)]
pub(crate) struct Loan {
    /// What the provider calls it.
    pub(crate) name: String,
    /// What its numbers start with; also part of its key, so that each is used once.
    pub(crate) prefix: String,
    /// Per cent of a month's salary that is lent.
    pub(crate) percent: u16,
    /// The most that is lent, in whole units.
    pub(crate) most: Option<u32>,
    /// Interest a year on what is left, in hundredths of a per cent.
    pub(crate) basis_points: u16,
    /// In how many payments it is paid back.
    pub(crate) payments: u16,
    /// How often a payment is due: `Weekly`, `Semimonthly` or `Monthly`.
    pub(crate) every: PayPeriod,
    /// Months of membership or work before the first one.
    pub(crate) after: u16,
    /// How many payments people are behind with.
    pub(crate) behind: u16,
}
