//! `/fileTypes`

use axum::extract::{RawQuery, State};
use sahod_app::Position;
use sahod_model::{Datapoint, FileType, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Surface},
    wire::logo_url,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("File Types", "The kinds of documents that can be handed over.").get(
        "/fileTypes",
        list,
        Operation::new("list-file-types", "List file types").page::<FileTypeWire, FileTypeQuery>(),
    )
}

/// A kind of document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FileType")]
struct FileTypeWire {
    /// A picture of it.
    logo_url: String,
    /// The kind.
    #[serde(rename = "type")]
    file_type: FileType,
    /// `type` in words.
    type_label: &'static str,
    /// Whether it can be handed over at present.
    active: bool,
    /// Whether your organisation may have it handed over.
    enabled: bool,
    /// Whether such documents are read; the files of others are only kept.
    ocr: bool,
    /// The kinds of data points that come of it.
    supported: Vec<Supported>,
}

/// A kind of data point that comes of a document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(inline)]
enum Supported {
    /// Where the person works.
    Employments,
    /// What the person was paid.
    Incomes,
    /// No data points.
    None,
}

impl FileTypeWire {
    fn new(file_type: FileType, ocr: bool, surface: &Surface) -> Self {
        let datapoints = if ocr { file_type.datapoints() } else { &[] };
        let mut supported: Vec<_> = datapoints
            .iter()
            .map(|kind| match kind {
                Datapoint::Employments => Supported::Employments,
                Datapoint::Incomes => Supported::Incomes,
                _ => Supported::None,
            })
            .collect();
        if supported.is_empty() {
            supported.push(Supported::None);
        }
        Self {
            logo_url: logo_url(&surface.app.config().web_url, file_type.as_str()),
            file_type,
            type_label: file_type.label(),
            active: true,
            enabled: true,
            ocr,
            supported,
        }
    }
}

/// The names of all kinds, for parameters.
pub(super) fn file_types() -> Vec<&'static str> {
    FileType::ALL.iter().map(|file_type| file_type.as_str()).collect()
}

struct FileTypeQuery {
    file_type: Option<FileType>,
    active: Option<bool>,
    enabled: Option<bool>,
    ocr: Option<bool>,
}

impl Filter for FileTypeQuery {
    const PARAMS: &'static [Param] = &[
        Param::new("type", Value::OneOf(file_types), "Only this kind."),
        Param::new(
            "active",
            Value::Flag,
            "Only those that can be handed over at present, or only the others.",
        ),
        Param::new("enabled", Value::Flag, "Only those that your organisation may use, or only the others."),
        Param::new("ocr", Value::Flag, "Only those that are read, or only the others."),
    ];

    fn read(params: &mut Params) -> Self {
        Self {
            file_type: params.read("type", "a file type, such as PAYSLIP", FileType::from_name),
            active: params.flag("active"),
            enabled: params.flag("enabled"),
            ocr: params.flag("ocr"),
        }
    }
}

impl FileTypeQuery {
    fn wants(&self, found: &FileTypeWire) -> bool {
        let same = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        self.file_type.is_none_or(|file_type| file_type == found.file_type)
            && same(self.active, found.active)
            && same(self.enabled, found.enabled)
            && same(self.ocr, found.ocr)
    }
}

/// `GET /fileTypes`, in the order of the list itself: the last one's name alone says where it goes on.
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<FileTypeQuery>::read(&surface.app, &acting, "fileTypes", query.as_deref())?;
    let read = surface.app.documents.kinds_read(&acting)?;
    let after = request.page.after.as_ref().map(|position| position.id.as_str());
    let start = after.and_then(|name| FileType::ALL.iter().position(|found| found.as_str() == name));
    let mut found = FileType::ALL[start.map_or(0, |at| at + 1)..]
        .iter()
        .map(|file_type| FileTypeWire::new(*file_type, read.contains(file_type), &surface))
        .filter(|file_type| request.filter.wants(file_type));
    let page: Vec<_> = found.by_ref().take(request.page.size.into()).collect();
    let last = page.last().filter(|_| found.next().is_some());
    let next =
        last.map(|last| Position { sort: Timestamp::default(), id: last.file_type.as_str().to_owned() });
    Reply::list(&page, request.next_cursor(&surface.app, &acting, next)?)
}
