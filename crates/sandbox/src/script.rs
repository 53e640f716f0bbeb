//! How a sandbox sign-in, and the readings after it, play out: by the inputs that anybody can type, or as a tenant wrote
//! it down for people of its own.

use std::time::Duration;

use sahod_model::AccountErrorCode;
use serde::{Deserialize, Serialize};

/// The longest that a scripted sign-in, or reading one kind of data, takes.
pub const MAX_SCRIPT_SECONDS: u8 = 120;
/// How many prompts one sign-in may have.
pub const MAX_SCRIPT_PROMPTS: usize = 5;

/// How a sandbox sign-in, and the readings after it, play out. The default is what the provider does anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(rename = "SandboxScript")]
pub struct Script {
    /// How many seconds the sign-in takes.
    #[schemars(range(max = 120))]
    pub sign_in_seconds: u8,
    /// How many seconds reading one kind of data takes.
    #[schemars(range(max = 120))]
    pub read_seconds: u8,
    /// What is asked, in this order; `None`: what the provider asks anyway.
    #[schemars(length(max = 5))]
    pub prompts: Option<Vec<ScriptPrompt>>,
    /// How the sign-in fails, after everything was answered.
    pub error: Option<AccountErrorCode>,
    /// What there is to read.
    pub data: DataSet,
    /// How readings without the person fail.
    pub sync_error: Option<AccountErrorCode>,
}

macro_rules! inputs {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $wire:literal, $title:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$note])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// What an input ends in to mean it.
            #[must_use]
            pub const fn input(self) -> &'static str {
                match self { $(Self::$variant => $wire),* }
            }

            /// Says what it is, to developers.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }
        }
    };
}

inputs! {
    /// What a scripted sign-in asks.
    ScriptPrompt {
        /// A code by text message.
        Sms = "sms", "Code by text message";
        /// A code by e-mail.
        Email = "email", "Code by e-mail";
        /// A code by a call.
        Voice = "voice", "Code by a call";
        /// An authenticator's code.
        Authenticator = "authenticator", "Authenticator code";
        /// How to get the code; the code follows.
        Choice = "choice", "Choice of channel, then a code";
        /// A security question.
        Question = "question", "Security question";
        /// Approval on another device.
        Approval = "approval", "Approval on the phone";
        /// Characters in a picture.
        Captcha = "captcha", "Captcha picture";
        /// The provider's own page.
        Redirect = "redirect", "The provider's own page";
    }
}

inputs! {
    /// What there is to read.
    DataSet {
        /// Everything.
        Full = "full", "Everything";
        /// Nothing but who the person is.
        Empty = "empty", "Empty account";
        /// The first half of the kinds; then reading fails.
        Partial = "partial", "Partial data: reading fails half-way";
        /// Everything, and 20,000 transactions more where the provider has transactions.
        Huge = "huge", "Huge account: 20,000 transactions";
    }
}

#[expect(clippy::derivable_impls, reason = "the macro has no place for the mark")]
impl Default for DataSet {
    fn default() -> Self {
        Self::Full
    }
}

/// An input that makes the sandbox behave in a certain way, when it is typed as a test person's password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TestInput {
    /// What to type; several are joined with `+`.
    pub input: String,
    /// What it is about.
    pub group: TestInputGroup,
    /// Says what happens, to developers.
    pub title: String,
}

/// What a test input is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TestInputGroup {
    /// The sign-in fails.
    Error,
    /// The person is asked something.
    Prompt,
    /// It takes time.
    Time,
    /// What is read.
    Data,
    /// What happens when the account is read again.
    Sync,
}

/// Every test input, those with a number by an example.
#[must_use]
pub fn test_inputs() -> Vec<TestInput> {
    let input = |group, input: String, title: String| TestInput { input, group, title };
    let errors = AccountErrorCode::ALL.iter().copied().map(|code| {
        input(
            TestInputGroup::Error,
            format!("error_{}", code.as_str()),
            format!("Fails with {}", code.as_str()),
        )
    });
    let prompts = ScriptPrompt::ALL.iter().map(|prompt| {
        input(TestInputGroup::Prompt, format!("prompt_{}", prompt.input()), prompt.title().to_owned())
    });
    let none = input(TestInputGroup::Prompt, "prompt_none".to_owned(), "Nothing is asked".to_owned());
    let times =
        [("delay_10", "Signing in takes 10 seconds"), ("slow_5", "Each kind of data takes 5 seconds")]
            .map(|(text, title)| input(TestInputGroup::Time, text.to_owned(), title.to_owned()));
    let data = DataSet::ALL
        .iter()
        .filter(|data| **data != DataSet::Full)
        .map(|data| input(TestInputGroup::Data, format!("data_{}", data.input()), data.title().to_owned()));
    let syncs = AccountErrorCode::ALL.iter().copied().map(|code| {
        let title = match code {
            AccountErrorCode::AuthRequired => "Syncs want the person again".to_owned(),
            code => format!("Syncs fail with {}", code.as_str()),
        };
        input(TestInputGroup::Sync, format!("sync_{}", code.as_str()), title)
    });
    errors.chain(prompts).chain([none]).chain(times).chain(data).chain(syncs).collect()
}

impl Script {
    /// What a password that is made of [test inputs](test_inputs) means; `None` for any other password.
    pub(super) fn from_password(password: &str) -> Option<Self> {
        let mut script = Self::default();
        for word in password.split('+') {
            let (verb, rest) = word.trim().split_once('_')?;
            match verb {
                "error" => script.error = Some(code(rest)?),
                "sync" => script.sync_error = Some(code(rest)?),
                "prompt" => {
                    let prompts = script.prompts.get_or_insert_default();
                    if rest != "none" {
                        prompts.push(*ScriptPrompt::ALL.iter().find(|prompt| prompt.input() == rest)?);
                    }
                    if prompts.len() > MAX_SCRIPT_PROMPTS {
                        return None;
                    }
                }
                "data" => script.data = *DataSet::ALL.iter().find(|data| data.input() == rest)?,
                "delay" => script.sign_in_seconds = seconds(rest)?,
                "slow" => script.read_seconds = seconds(rest)?,
                _ => return None,
            }
        }
        Some(script)
    }

    pub(super) fn sign_in_time(&self) -> Duration {
        Duration::from_secs(self.sign_in_seconds.into())
    }

    pub(super) fn read_time(&self) -> Duration {
        Duration::from_secs(self.read_seconds.into())
    }
}

fn code(name: &str) -> Option<AccountErrorCode> {
    AccountErrorCode::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(name))
}

fn seconds(text: &str) -> Option<u8> {
    text.parse().ok().filter(|seconds| *seconds <= MAX_SCRIPT_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_input_means_something_of_its_own() {
        let inputs = test_inputs();
        let mut scripts: Vec<Script> = Vec::new();
        for TestInput { input, .. } in &inputs {
            let script = Script::from_password(input).unwrap_or_else(|| panic!("{input} means nothing"));
            assert!(!scripts.contains(&script) && script != Script::default(), "{input}");
            scripts.push(script);
        }
        assert_eq!(scripts.len(), 16 + 10 + 2 + 3 + 16);
    }

    #[test]
    fn inputs_are_joined() {
        let script =
            Script::from_password("prompt_choice+prompt_question+error_account_locked+delay_3+data_huge");
        let expected = Script {
            sign_in_seconds: 3,
            prompts: Some(vec![ScriptPrompt::Choice, ScriptPrompt::Question]),
            error: Some(AccountErrorCode::AccountLocked),
            data: DataSet::Huge,
            ..Script::default()
        };
        assert_eq!(script, Some(expected));
        assert_eq!(Script::from_password("prompt_none").unwrap().prompts, Some(Vec::new()));
    }

    #[test]
    fn any_other_password_means_nothing() {
        let many = ["prompt_sms"; MAX_SCRIPT_PROMPTS + 1].join("+");
        for password in
            ["", "123456", "YGUS1", "error_", "error_NOPE", "delay_121", "delay_x", "data_", "a_b", &many]
        {
            assert_eq!(Script::from_password(password), None, "{password}");
        }
    }
}
