//! What the sandbox asks of a person, and what it takes for an answer.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_connectors::{Person, PromptReply, PromptRequest, SignIn, oauth::Authorization};
use sahod_model::{
    AccountErrorCode, ExposeSecret, Provider,
    link::{PromptChannel, PromptOption, Question},
    provider::LoginFieldKind,
};

use crate::{
    authorize::{AUTHORIZE, Authorizations},
    pace::Pace,
    people::Profile,
    script::{Script, ScriptPrompt},
    spec::SandboxSpec,
};

/// How long an answer is awaited.
const TIMEOUT: Duration = Duration::from_mins(5);
/// How often something is sent again.
const MAX_RESENDS: u32 = 5;
/// How long the person's phone takes to approve.
const APPROVAL_TIME: Duration = Duration::from_secs(4);

const AUTHENTICATOR_CODE: &str = "123456";
const DEVICE: &str = "Sandbox phone";
/// The client that the sandbox's own sign-in page knows.
const CLIENT: &str = "sahod";

/// What is asked, and what the answer is.
const SECURITY_QUESTION: (&str, &str) = ("What was the name of your first employer?", "sahod");

/// Pictures and what can be read in them.
const CAPTCHAS: [(&[u8], &str); 2] = [
    (include_bytes!("pictures/captcha-one.png"), "SAHOD7"),
    (include_bytes!("pictures/captcha-two.png"), "SWELDO"),
];

/// What is asked of the person at the widget, and what their answers are compared with.
pub(super) struct Interview<'a> {
    pub(super) of: &'static Profile,
    pub(super) person: &'a dyn Person,
    pub(super) authorizations: &'a Authorizations,
    pub(super) sign_in: &'a SignIn<'a>,
    pub(super) pace: &'a Pace,
}

impl Interview<'_> {
    /// Asks, and fails when the answer is wrong.
    pub(super) async fn ask(&self, prompt: ScriptPrompt) -> Result<(), AccountErrorCode> {
        match prompt {
            ScriptPrompt::Sms => self.code(PromptChannel::Sms).await,
            ScriptPrompt::Email => self.code(PromptChannel::Email).await,
            ScriptPrompt::Voice => self.code(PromptChannel::Voice).await,
            ScriptPrompt::Authenticator => {
                let length = u8::try_from(AUTHENTICATOR_CODE.len()).unwrap_or_default();
                self.expect(Question::authenticator(length), AUTHENTICATOR_CODE).await
            }
            ScriptPrompt::Choice => self.choice().await,
            ScriptPrompt::Question => {
                let (question, answer) = SECURITY_QUESTION;
                self.expect(Question::security(question.to_owned()), answer).await
            }
            ScriptPrompt::Approval => {
                let question = Question::approval(Some(DEVICE.to_owned()));
                let approving = async {
                    self.pace.wait(APPROVAL_TIME).await;
                    Ok(())
                };
                self.person.wait(once(question), Box::pin(approving)).await
            }
            ScriptPrompt::Captcha => {
                let pictures = CAPTCHAS.map(|(png, text)| {
                    (Question::captcha(format!("data:image/png;base64,{}", STANDARD.encode(png))), text)
                });
                self.expect_one_of(&pictures, Some(Duration::ZERO)).await
            }
            ScriptPrompt::Redirect => self.redirect().await,
        }
    }

    async fn code(&self, channel: PromptChannel) -> Result<(), AccountErrorCode> {
        let code = self.of.test.code;
        let question = Question::code(channel, self.of.reached_by(channel), u8::try_from(code.len()).ok());
        self.expect_one_of(&[(question, code)], Some(self.pace.resend_after())).await
    }

    async fn choice(&self) -> Result<(), AccountErrorCode> {
        const CHANNELS: [(&str, PromptChannel); 3] =
            [("sms", PromptChannel::Sms), ("email", PromptChannel::Email), ("voice", PromptChannel::Voice)];
        let options = CHANNELS
            .map(|(id, channel)| PromptOption {
                id: id.to_owned(),
                channel,
                sent_to: self.of.reached_by(channel),
            })
            .to_vec();
        let PromptReply::Answer(chosen) = self.person.ask(once(Question::choice(options))).await? else {
            return Err(AccountErrorCode::SystemError);
        };
        let chosen = chosen.expose_secret();
        let found = CHANNELS.iter().find(|(id, _)| *id == chosen);
        self.code(found.ok_or(AccountErrorCode::InvalidMfa)?.1).await
    }

    async fn redirect(&self) -> Result<(), AccountErrorCode> {
        let authorization = Authorization::begin(self.sign_in.random);
        let return_url = self.sign_in.return_url;
        let endpoint = return_url.rsplit_once("/oauth/").map(|(base, _)| format!("{base}{AUTHORIZE}"));
        let address = endpoint.and_then(|endpoint| authorization.address(&endpoint, CLIENT, return_url).ok());
        let address = address.ok_or(AccountErrorCode::SystemError)?;
        let question = Question::redirect(address, authorization.state.clone());
        let PromptReply::Answer(query) = self.person.ask(once(question)).await? else {
            return Err(AccountErrorCode::SystemError);
        };
        let granted = authorization.granted(query.expose_secret())?;
        let redeemed = self.authorizations.redeem(&granted);
        redeemed.then_some(()).ok_or(AccountErrorCode::InvalidAuth)
    }

    async fn expect(&self, question: Question, answer: &str) -> Result<(), AccountErrorCode> {
        self.expect_one_of(&[(question, answer)], None).await
    }

    /// Asks the first question; each time that it is to be sent again, the next one, in turn.
    async fn expect_one_of(
        &self,
        questions: &[(Question, &str)],
        resend_after: Option<Duration>,
    ) -> Result<(), AccountErrorCode> {
        for (sent, (question, answer)) in (0..=MAX_RESENDS).zip(questions.iter().cycle()) {
            let resend_after = resend_after.filter(|_| sent < MAX_RESENDS);
            let request = PromptRequest { question: question.clone(), resend_after, timeout: TIMEOUT };
            if let PromptReply::Answer(given) = self.person.ask(request).await? {
                let right = given.expose_secret().trim().eq_ignore_ascii_case(answer);
                return right.then_some(()).ok_or(AccountErrorCode::InvalidMfa);
            }
        }
        Err(AccountErrorCode::InvalidMfa)
    }
}

/// What is asked: what the script says, else what the provider asks anyway.
pub(super) fn prompts_of(script: &Script, provider: &Provider, spec: &SandboxSpec) -> Vec<ScriptPrompt> {
    if let Some(prompts) = &script.prompts {
        return prompts.clone();
    }
    let mut prompts = Vec::new();
    if !asks_for_a_password(provider) {
        prompts.push(ScriptPrompt::Redirect);
    } else if provider.mfa {
        prompts.push(match spec.channel {
            PromptChannel::Email => ScriptPrompt::Email,
            _ => ScriptPrompt::Sms,
        });
    }
    prompts
}

/// Whether a provider's form asks for a password. Where it does not, people sign in at the provider's own page.
fn asks_for_a_password(provider: &Provider) -> bool {
    provider.login.iter().any(|field| field.kind == LoginFieldKind::Password && field.required)
}

/// A question that cannot be sent again.
const fn once(question: Question) -> PromptRequest {
    PromptRequest { question, resend_after: None, timeout: TIMEOUT }
}

impl Profile {
    /// Where something goes that travels that way, as far as anyone may see it.
    fn reached_by(&self, channel: PromptChannel) -> Option<String> {
        match channel {
            PromptChannel::Sms | PromptChannel::Voice => {
                let mobile = self.test.mobile;
                Some(format!("•••• {}", &mobile[mobile.len().saturating_sub(4)..]))
            }
            PromptChannel::Email => {
                let (name, domain) = self.test.email.split_once('@').unwrap_or_default();
                Some(format!("{}•••@{domain}", name.chars().take(1).collect::<String>()))
            }
            PromptChannel::App => None,
        }
    }
}
