//! The `sandbox:` section of a manifest, as it is written, and the check that finds all its faults.

use std::sync::Arc;

use sahod_connectors::manifest::named;
use sahod_model::{
    Datapoint, Provider,
    item::{DocumentType, PayPeriod},
    link::PromptChannel,
    provider::{LoginName, ProviderHealth, ProviderType},
};
use serde::Deserialize;

use crate::spec::{Loan, Paper, SandboxSpec};

/// How often the payments of a loan can be due.
const RHYTHMS: [PayPeriod; 3] = [PayPeriod::Weekly, PayPeriod::Semimonthly, PayPeriod::Monthly];

/// [`SandboxSpec`] as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SandboxSection {
    currency: Option<String>,
    pay: Option<String>,
    work: Option<String>,
    scheme: Option<String>,
    employee_prefix: Option<String>,
    #[serde(default)]
    employers: Vec<String>,
    #[serde(default)]
    papers: Vec<PaperSection>,
    #[serde(default)]
    loans: Vec<LoanSection>,
    channel: Option<String>,
    health: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PaperSection {
    name: String,
    #[serde(rename = "type")]
    document_type: String,
    prefix: String,
    issued: String,
    valid_years: Option<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LoanSection {
    name: String,
    prefix: String,
    percent: u16,
    most: Option<u32>,
    #[serde(default)]
    basis_points: u16,
    payments: u16,
    every: String,
    after: u16,
    #[serde(default)]
    behind: u16,
}

impl LoanSection {
    /// The checked loan; what is wrong is added to `faults`.
    fn check(self, faults: &mut Vec<String>) -> Option<Loan> {
        let every = known("loans: every", Some(&self.every), faults);
        if every.is_some_and(|every| !RHYTHMS.contains(&every)) {
            faults.push(format!("sandbox: loans: every: is none of {RHYTHMS:?}"));
        }
        if self.name.is_empty() || self.prefix.is_empty() || self.percent == 0 || self.payments == 0 {
            faults.push("sandbox: loans: name, prefix, percent or payments is empty or zero".to_owned());
        }
        Some(Loan {
            name: self.name,
            prefix: self.prefix,
            percent: self.percent,
            most: self.most,
            basis_points: self.basis_points,
            payments: self.payments,
            every: every?,
            after: self.after,
            behind: self.behind,
        })
    }
}

/// The document type of that name.
fn document_type(name: &str) -> Option<DocumentType> {
    Some(match name {
        "IDENTIFICATION" => DocumentType::Identification,
        "PAYSLIP" => DocumentType::Payslip,
        "CLEARANCE" => DocumentType::Clearance,
        "CERTIFICATE" => DocumentType::Certificate,
        _ => return None,
    })
}

/// The ways of paying that the sandbox can play.
const PAY_PERIODS: [PayPeriod; 3] = [PayPeriod::Semimonthly, PayPeriod::Monthly, PayPeriod::Annually];

/// The value of an enumeration; a name that it does not have is a fault.
fn known<'a, T: Deserialize<'a>>(key: &str, value: Option<&'a str>, faults: &mut Vec<String>) -> Option<T> {
    let value = value?;
    let found = named(value);
    if found.is_none() {
        faults.push(format!("sandbox: {key}: {value:?} is not known"));
    }
    found
}

impl PaperSection {
    /// The checked paper; what is wrong is added to `faults`.
    fn check(self, faults: &mut Vec<String>) -> Option<Paper> {
        let issued = known("papers: issued", Some(&self.issued), faults);
        let document_type = document_type(&self.document_type);
        if document_type.is_none() {
            faults.push(format!("sandbox: papers: type: {:?} is not known", self.document_type));
        }
        if self.name.is_empty() || self.prefix.is_empty() {
            faults.push("sandbox: papers: name or prefix is empty".to_owned());
        }
        Some(Paper {
            name: self.name,
            document_type: document_type?,
            prefix: self.prefix,
            issued: issued?,
            valid_years: self.valid_years,
        })
    }
}

impl SandboxSection {
    /// What the section means; what is wrong with it, for that provider if there is one, is added to `faults`.
    pub(crate) fn check(self, provider: Option<&Provider>, faults: &mut Vec<String>) -> Arc<SandboxSpec> {
        let spec = self.spec(faults);
        if let Some(provider) = provider {
            spec.check_against(provider, faults);
        }
        Arc::new(spec)
    }

    /// The spec without what is wrong.
    fn spec(self, faults: &mut Vec<String>) -> SandboxSpec {
        let currency = known("currency", self.currency.as_deref(), faults);
        let work = known("work", self.work.as_deref(), faults);
        let scheme = known("scheme", self.scheme.as_deref(), faults);
        let pay = known("pay", self.pay.as_deref(), faults);
        if pay.is_some_and(|pay| !PAY_PERIODS.contains(&pay)) {
            faults.push(format!("sandbox: pay: is none of {PAY_PERIODS:?}"));
        }
        let health = known("health", self.health.as_deref(), faults).unwrap_or(ProviderHealth::Up);
        let channel = match self.channel.as_deref() {
            None | Some("SMS") => PromptChannel::Sms,
            Some("EMAIL") => PromptChannel::Email,
            Some(other) => {
                faults.push(format!("sandbox: channel: {other:?} is not known"));
                PromptChannel::Sms
            }
        };
        let papers: Vec<Paper> = self.papers.into_iter().filter_map(|paper| paper.check(faults)).collect();
        let loans: Vec<Loan> = self.loans.into_iter().filter_map(|loan| loan.check(faults)).collect();
        let mut prefixes: Vec<_> = papers.iter().map(|paper| &paper.prefix).collect();
        prefixes.extend(loans.iter().map(|loan| &loan.prefix));
        prefixes.sort_unstable();
        prefixes.dedup();
        if prefixes.len() < papers.len() + loans.len() {
            faults.push("sandbox: papers, loans: a prefix is used twice".to_owned());
        }
        SandboxSpec {
            currency,
            pay,
            work,
            scheme,
            employee_prefix: self.employee_prefix,
            employers: self.employers,
            papers,
            loans,
            channel,
            health,
        }
    }
}

impl SandboxSpec {
    /// Checks that exactly the data that the provider supports can be made up.
    fn check_against(&self, provider: &Provider, faults: &mut Vec<String>) {
        let mut pair = |kinds: &[Datapoint], key: &str, given: bool| {
            let supported = kinds.iter().any(|kind| provider.supported.contains(kind));
            if supported != given {
                let kinds: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
                faults.push(format!("sandbox: {key} goes with {}, and only with it", kinds.join(" or ")));
            }
        };
        pair(&[Datapoint::Incomes], "pay", self.pay.is_some());
        pair(&[Datapoint::Transactions, Datapoint::Ratings], "work", self.work.is_some());
        pair(&[Datapoint::Contributions], "scheme", self.scheme.is_some());
        pair(&[Datapoint::Documents], "papers", !self.papers.is_empty());
        pair(&[Datapoint::Liabilities], "loans", !self.loans.is_empty());
        let employed = provider.supported.contains(&Datapoint::Employments)
            || provider.supported.contains(&Datapoint::Incomes);
        let is_employer = provider.provider_type == ProviderType::Employer;
        if (employed && !is_employer) != (self.employers.len() == 4) {
            faults
                .push("sandbox: employers: four where others than the provider employ, else none".to_owned());
        }
        let numbered = matches!(provider.provider_type, ProviderType::Employer | ProviderType::System);
        let asked = provider.login.iter().any(|field| field.accepts.contains(&LoginName::EmployeeNumber));
        if (numbered || asked) != self.employee_prefix.is_some() {
            faults.push(
                "sandbox: employeePrefix goes with employers and systems, and only with them".to_owned(),
            );
        }
        if let Some(scheme) = self.scheme
            && provider.country.as_deref() != Some(scheme.country())
        {
            faults.push(format!("sandbox: scheme is of country {}", scheme.country()));
        }
    }
}
