//! What reads documents.

use std::sync::Arc;

use async_trait::async_trait;
use sahod_model::{ArchiveErrorCode, FileFormat, FileType, Mode, Payslip};

/// What reads documents. It is asked what it knows before anybody is told that something is read.
#[async_trait]
pub trait DocumentReader: Send + Sync {
    /// The kinds of documents that it reads.
    fn kinds(&self) -> &[FileType];

    /// Reads one document.
    async fn read(&self, document: UnreadDocument) -> Extraction;
}

/// Files that belong together, to be read.
#[derive(Debug)]
pub struct UnreadDocument {
    /// What kind of document they are; `None` when that is to be found out.
    pub kind: Option<FileType>,
    /// The files, in their order.
    pub files: Vec<DocumentFile>,
}

/// One file of a document.
#[derive(Debug)]
pub struct DocumentFile {
    /// Its format, which its first bytes are of.
    pub format: FileFormat,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What reading a document came to.
#[derive(Debug)]
pub enum Extraction {
    /// A payslip, with the fields that it must have.
    Payslip(Box<Payslip>),
    /// It could not be read.
    Failed(ArchiveErrorCode),
    /// Documents of its kind cannot be read here.
    Unsupported,
}

/// What reads the documents of each mode. Where nothing does, no kind is known and every document is unsupported.
#[derive(Clone, Default)]
pub struct DocumentReaders {
    sandbox: Option<Arc<dyn DocumentReader>>,
    production: Option<Arc<dyn DocumentReader>>,
}

impl DocumentReaders {
    /// The same, with that reader in that mode.
    #[must_use]
    pub fn with(mut self, mode: Mode, reader: Arc<dyn DocumentReader>) -> Self {
        match mode {
            Mode::Sandbox => self.sandbox = Some(reader),
            Mode::Production => self.production = Some(reader),
        }
        self
    }

    /// What reads the documents of that mode.
    #[must_use]
    pub fn of(&self, mode: Mode) -> Option<&dyn DocumentReader> {
        match mode {
            Mode::Sandbox => self.sandbox.as_deref(),
            Mode::Production => self.production.as_deref(),
        }
    }

    /// Whether documents of that kind are read in that mode.
    #[must_use]
    pub fn know(&self, mode: Mode, kind: FileType) -> bool {
        self.of(mode).is_some_and(|reader| reader.kinds().contains(&kind))
    }
}

impl std::fmt::Debug for DocumentReaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds = |mode| self.of(mode).map(DocumentReader::kinds);
        f.debug_struct("DocumentReaders")
            .field("sandbox", &kinds(Mode::Sandbox))
            .field("production", &kinds(Mode::Production))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bills;

    #[async_trait]
    impl DocumentReader for Bills {
        fn kinds(&self) -> &[FileType] {
            &[FileType::WaterBill]
        }

        async fn read(&self, _: UnreadDocument) -> Extraction {
            Extraction::Unsupported
        }
    }

    #[test]
    fn a_mode_knows_what_its_reader_reads_and_nothing_without_one() {
        let readers = DocumentReaders::default().with(Mode::Sandbox, Arc::new(Bills));
        for (mode, kind, known) in [
            (Mode::Sandbox, FileType::WaterBill, true),
            (Mode::Sandbox, FileType::Payslip, false),
            (Mode::Production, FileType::WaterBill, false),
        ] {
            assert_eq!(readers.know(mode, kind), known, "{mode} {kind:?}");
        }
        assert!(readers.of(Mode::Production).is_none());
    }
}
