//! `/inviteTemplates`

use axum::http::Method;
use sahod_model::{
    InviteTemplate, InviteTemplateId, Mode,
    invite_template::{InviteCompany, InviteContent, InviteEmail, InvitePage},
    texts::{check_email, check_heading, check_name, check_picture_url, check_wording},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    fields::Fields,
    list::NoFilter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Invite Templates", "The wording of your invitations.")
        .list(
            "/inviteTemplates",
            Operation::new("list-invite-templates", "List invite templates"),
            |call, NoFilter, page| async move {
                call.app.organisations.list_invite_templates(&call.acting, &page).await
            },
        )
        .make(
            "/inviteTemplates",
            Operation::new("create-invite-template", "Make an invite template")
                .about(
                    "Plain text. `${companyName}`, `${firstName}` and `${fullName}` stand for what they \
                     say in the mail's subject and body and on the pages.",
                )
                .body::<InviteContent>()
                .created(),
            |fields, call| read(fields, call.mode),
            |call, new| async move { call.app.organisations.create_invite_template(&call.acting, new).await },
        )
        .get_one(
            "/inviteTemplates/{id}",
            Operation::new("get-invite-template", "Get an invite template"),
            |call, id| async move { call.app.organisations.get_invite_template(&call.acting, &id).await },
        )
        .change(
            (Method::PUT, "/inviteTemplates/{id}"),
            Operation::new("update-invite-template", "Replace an invite template")
                .about("Everything that it says is replaced, also on the pages of people who were invited before.")
                .body::<InviteContent>(),
            |fields, call| read(fields, call.mode),
            |call, id, new| async move {
                call.app.organisations.update_invite_template(&call.acting, &id, new).await
            },
        )
        .act(
            (Method::DELETE, "/inviteTemplates/{id}"),
            Operation::new("delete-invite-template", "Delete an invite template")
                .about("Invitations that were made with it go on."),
            |call, id| async move { call.app.organisations.delete_invite_template(&call.acting, &id).await },
        )
}

/// The wording of your invitations.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "InviteTemplate")]
pub struct InviteTemplateWire<'a> {
    /// The template's id.
    id: &'a InviteTemplateId,
    /// What it says.
    #[serde(flatten)]
    content: &'a InviteContent,
}

impl<'a> From<&'a InviteTemplate> for InviteTemplateWire<'a> {
    fn from(template: &'a InviteTemplate) -> Self {
        Self { id: &template.id, content: &template.content }
    }
}

impl Shown for InviteTemplate {
    type Wire<'a> = InviteTemplateWire<'a>;

    fn show(&self, _: &Call) -> Result<InviteTemplateWire<'_>, ApiError> {
        Ok(self.into())
    }
}

fn read(mut fields: Fields, mode: Mode) -> Result<InviteContent, ApiError> {
    let name = fields.required_checked("name", 1..=64, check_name);
    let company = fields.required_object("company", |fields| read_company(fields, mode));
    let email = fields.required_object("email", read_email);
    let landing_page = fields.required_object("landingPage", read_page);
    let success_page = fields.required_object("successPage", read_page);
    let content = (|| {
        Some(InviteContent {
            name: name?,
            company: company?,
            email: email?,
            landing_page: landing_page?,
            success_page: success_page?,
        })
    })();
    fields.finish(content)
}

fn read_company(fields: &mut Fields, mode: Mode) -> Option<InviteCompany> {
    let name = fields.required_checked("name", 1..=200, check_name);
    let logo_url = fields.required_checked("logoUrl", 1..=200, |text| check_picture_url(text, mode));
    Some(InviteCompany { name: name?, logo_url: logo_url? })
}

fn read_email(fields: &mut Fields) -> Option<InviteEmail> {
    let send_email = fields.required_flag("sendEmail");
    let sender_name = fields.required_checked("senderName", 1..=200, check_heading);
    let reply_address = fields.required_checked("replyAddress", 1..=200, check_email);
    let subject = fields.required_checked("subject", 1..=200, check_heading);
    let body = fields.required_checked("body", 1..=5_000, check_wording);
    Some(InviteEmail {
        send_email: send_email?,
        sender_name: sender_name?,
        reply_address: reply_address?,
        subject: subject?,
        body: body?,
    })
}

fn read_page(fields: &mut Fields) -> Option<InvitePage> {
    let header = fields.required_checked("header", 1..=200, check_heading);
    let description = fields.required_checked("description", 1..=5_000, check_wording);
    let button = fields.required_checked("button", 1..=200, check_heading);
    Some(InvitePage { header: header?, description: description?, button: button? })
}
