//! `/inviteTemplates`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_model::{
    InviteTemplate, InviteTemplateId, Mode,
    invite_template::{InviteCompany, InviteContent, InviteEmail, InvitePage},
    texts::{check_email, check_heading, check_name, check_picture_url, check_wording},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    openapi::{Endpoints, Operation},
    state::{Authenticated, Path, Surface, path_id},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Invite Templates", "The wording of your invitations.")
        .get(
            "/inviteTemplates",
            list,
            Operation::new("list-invite-templates", "List invite templates")
                .page::<InviteTemplateWire<'_>, NoFilter>(),
        )
        .post(
            "/inviteTemplates",
            create,
            Operation::new("create-invite-template", "Make an invite template")
                .about(
                    "Plain text. `${companyName}`, `${firstName}` and `${fullName}` stand for what they say in the mail's \
                     subject and body and on the pages.",
                )
                .body::<InviteContent>()
                .one::<InviteTemplateWire<'_>>()
                .created(),
        )
        .get(
            "/inviteTemplates/{id}",
            get,
            Operation::new("get-invite-template", "Get an invite template").one::<InviteTemplateWire<'_>>(),
        )
        .put(
            "/inviteTemplates/{id}",
            update,
            Operation::new("update-invite-template", "Replace an invite template")
                .about("Everything that it says is replaced, also on the pages of people who were invited before.")
                .body::<InviteContent>()
                .one::<InviteTemplateWire<'_>>(),
        )
        .delete(
            "/inviteTemplates/{id}",
            delete,
            Operation::new("delete-invite-template", "Delete an invite template")
                .about("Invitations that were made with it go on."),
        )
}

/// The wording of your invitations.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "InviteTemplate")]
struct InviteTemplateWire<'a> {
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

/// `POST /inviteTemplates`
async fn create(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let content = read(fields, surface.mode)?;
    let template = surface.app.organisations.create_invite_template(&acting, content).await?;
    Ok(Reply::object(&InviteTemplateWire::from(&template))?.with_status(StatusCode::CREATED))
}

/// `GET /inviteTemplates`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &acting, "inviteTemplates", query.as_deref())?;
    let page = surface.app.organisations.list_invite_templates(&acting, &request.page).await?;
    let templates: Vec<InviteTemplateWire<'_>> = page.items.iter().map(InviteTemplateWire::from).collect();
    Reply::list(&templates, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `GET /inviteTemplates/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let template = surface.app.organisations.get_invite_template(&acting, &path_id(&id)?).await?;
    Reply::object(&InviteTemplateWire::from(&template))
}

/// `PUT /inviteTemplates/{id}`: replaces all that it says.
async fn update(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let (id, content) = (path_id(&id)?, read(fields, surface.mode)?);
    let template = surface.app.organisations.update_invite_template(&acting, &id, content).await?;
    Reply::object(&InviteTemplateWire::from(&template))
}

/// `DELETE /inviteTemplates/{id}`
async fn delete(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.organisations.delete_invite_template(&acting, &path_id(&id)?).await?;
    Ok(Reply::nothing())
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
