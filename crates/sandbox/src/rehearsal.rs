//! What a scenario comes to, without anybody who signs in and without any waiting.

use sahod_connectors::{SourceError, SourceSession};
use sahod_model::{AccountErrorCode, Datapoint, Provider, Timestamp, link::PromptKind};
use serde::Serialize;

use crate::{
    connector::SandboxConnector, pace::Pace, prompts::prompts_of, scenario::Scenario, script::ScriptPrompt,
    session::SandboxSession,
};

/// What a scenario comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rehearsal {
    /// What the person is asked, in this order.
    pub prompts: Vec<PromptKind>,
    /// How many seconds signing in and reading take in all.
    pub seconds: u32,
    /// How signing in fails; null when it does not.
    pub sign_in_error: Option<AccountErrorCode>,
    /// What is read, in this order.
    pub datapoints: Vec<RehearsedKind>,
    /// How reading ends before everything was read; null when it does not.
    pub read_error: Option<AccountErrorCode>,
    /// How a later reading without the person fails; null when it does not.
    pub sync_error: Option<AccountErrorCode>,
}

/// Data points of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RehearsedKind {
    /// The kind.
    pub datapoint: Datapoint,
    /// How many there are.
    pub count: usize,
}

impl SandboxConnector {
    /// What happens when the person of a scenario signs in at that provider, without anybody who does.
    pub async fn rehearse(
        &self,
        scenario: Scenario,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Rehearsal, SourceError> {
        let (spec, script) = (self.spec(provider)?, scenario.script.clone());
        let prompts = prompts_of(&script, provider, &spec);
        let mut rehearsal = Rehearsal {
            prompts: prompts.into_iter().flat_map(kinds).collect(),
            seconds: u32::from(script.sign_in_seconds),
            sign_in_error: script.error,
            datapoints: Vec::new(),
            read_error: None,
            sync_error: script.sync_error,
        };
        if script.error.is_some() {
            return Ok(rehearsal);
        }
        let mut session = SandboxSession::new(scenario, provider.clone(), spec, now, Pace::instant());
        for kind in Datapoint::ALL {
            if kind.is_derived() || !provider.supported.contains(&kind) {
                continue;
            }
            rehearsal.seconds += u32::from(script.read_seconds);
            match session.read(kind).await {
                Ok(items) => {
                    rehearsal.datapoints.push(RehearsedKind { datapoint: kind, count: items.len() });
                }
                Err(error) => {
                    rehearsal.read_error = Some(error.code());
                    break;
                }
            }
        }
        Ok(rehearsal)
    }
}

fn kinds(prompt: ScriptPrompt) -> Vec<PromptKind> {
    match prompt {
        ScriptPrompt::Sms | ScriptPrompt::Email | ScriptPrompt::Voice => vec![PromptKind::Code],
        ScriptPrompt::Authenticator => vec![PromptKind::Authenticator],
        ScriptPrompt::Choice => vec![PromptKind::Choice, PromptKind::Code],
        ScriptPrompt::Question => vec![PromptKind::Question],
        ScriptPrompt::Approval => vec![PromptKind::Approval],
        ScriptPrompt::Captcha => vec![PromptKind::Captcha],
        ScriptPrompt::Redirect => vec![PromptKind::Redirect],
    }
}
