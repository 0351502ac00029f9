//! The typesetter: templates and faces loaded once, a small closed world for each document.
//!
//! The world holds the templates of this package, the faces and the files of one document, and nothing else: a
//! template cannot read a disk, the network or the clock.

use chrono::{DateTime, Datelike, Timelike, Utc};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::error::{self, DocumentError};
use crate::printable::Printable;

/// Templates by name; the first line of each says what it is for.
const TEMPLATES: [(&str, &str); 6] = [
    ("base.typ", include_str!("../templates/base.typ")),
    ("ricevuta.typ", include_str!("../templates/ricevuta.typ")),
    ("avviso.typ", include_str!("../templates/avviso.typ")),
    ("fattura.typ", include_str!("../templates/fattura.typ")),
    ("provvedimento.typ", include_str!("../templates/provvedimento.typ")),
    ("pratica.typ", include_str!("../templates/pratica.typ")),
];

/// Family name under which the extended letters of a face are offered: Typst takes one face per family and weight.
const EXTENDED_SUFFIX: &str = " Extended";

/// For how many documents a step is remembered that none of them used: the shared parts stay, what is of one goes.
const REMEMBERED: usize = 2;

/// Program named in the metadata.
const CREATOR: &str = "Sportello";

/// A finished PDF.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
}

impl std::fmt::Debug for Pdf {
    // The content is personal data: it must not slip into a log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Pdf({} bytes, {} pages)", self.bytes.len(), self.pages)
    }
}

/// Makes documents. One per process, shared by all threads.
pub struct Typesetter {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    faces: Vec<Font>,
    templates: Vec<Source>,
    standards: PdfStandards,
}

/// One document to set.
pub(crate) struct Order {
    /// Template ("ricevuta.typ").
    pub template: &'static str,
    /// Files that the template reads, by name.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// Stable name of the document, hashed into its identifier.
    pub ident: String,
    /// Date of the document.
    pub created: DateTime<Utc>,
}

impl Typesetter {
    /// Loads `fonts` (TrueType or OpenType files, see [`crate::fonts`]) and parses the templates.
    ///
    /// # Errors
    /// A file that is no font; a library that refuses PDF/A-2a with PDF/UA-1.
    pub fn new(fonts: Vec<Vec<u8>>) -> Result<Self, DocumentError> {
        let mut book = FontBook::new();
        let mut faces = Vec::with_capacity(fonts.len());
        for (number, bytes) in fonts.into_iter().enumerate() {
            let face = Font::new(Bytes::new(bytes), 0).ok_or(DocumentError::Font(number))?;
            let mut info = face.info().clone();
            if !info.coverage.contains(u32::from('a')) {
                info.family.push_str(EXTENDED_SUFFIX);
            }
            book.push(info);
            faces.push(face);
        }
        if faces.is_empty() {
            return Err(DocumentError::Font(0));
        }
        let features = [Feature::A11yExtras].into_iter().collect();
        Ok(Self {
            library: LazyHash::new(Library::builder().with_features(features).build()),
            book: LazyHash::new(book),
            faces,
            templates: TEMPLATES.iter().map(|(name, text)| Source::new(file_id(name), (*text).to_owned())).collect(),
            standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
                .map_err(|refusal| DocumentError::Standards(refusal.message().to_string()))?,
        })
    }

    /// The letters that documents can show.
    pub(crate) fn printable(&self) -> Printable<'_> {
        Printable::new(&self.book, self.faces.len())
    }

    /// Sets one document and writes it as PDF/A-2a and PDF/UA-1.
    pub(crate) fn set(&self, order: Order) -> Result<Pdf, DocumentError> {
        let pdf = self.set_cached(order);
        // The library remembers every step for the next document. What no document used lately goes: else it only grows.
        typst::comemo::evict(REMEMBERED);
        pdf
    }

    /// The closed world of one document.
    pub(crate) fn sheet(&self, template: &str, files: Vec<(&'static str, Vec<u8>)>) -> Sheet<'_> {
        let files = files.into_iter().map(|(name, bytes)| (file_id(name), Bytes::new(bytes)));
        Sheet { typesetter: self, main: file_id(template), files: files.collect() }
    }

    fn set_cached(&self, order: Order) -> Result<Pdf, DocumentError> {
        let sheet = self.sheet(order.template, order.files);
        let document = sheet.lay_out()?;
        let options = PdfOptions {
            ident: Smart::Custom(order.ident),
            creator: Smart::Custom(Some(CREATOR.to_owned())),
            timestamp: Some(timestamp(order.created)?),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|diagnostics| {
            let (template, message) = error::first(&sheet, &diagnostics);
            DocumentError::Export { template, message }
        })?;
        Ok(Pdf { bytes, pages: document.pages().len() })
    }
}

fn timestamp(instant: DateTime<Utc>) -> Result<Timestamp, DocumentError> {
    let narrow = |number: u32| u8::try_from(number).map_err(|_| DocumentError::Date);
    Datetime::from_ymd_hms(
        instant.year(),
        narrow(instant.month())?,
        narrow(instant.day())?,
        narrow(instant.hour())?,
        narrow(instant.minute())?,
        narrow(instant.second())?,
    )
    .map(Timestamp::new_utc)
    .ok_or(DocumentError::Date)
}

/// Identifier of the file `name` at the root of the closed world.
fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("names of templates and data files are plain constants");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The world of one document.
pub(crate) struct Sheet<'a> {
    typesetter: &'a Typesetter,
    main: FileId,
    files: Vec<(FileId, Bytes)>,
}

impl Sheet<'_> {
    /// The pages before they are written.
    pub(crate) fn lay_out(&self) -> Result<PagedDocument, DocumentError> {
        typst::compile::<PagedDocument>(self).output.map_err(|diagnostics| {
            let (template, message) = error::first(self, &diagnostics);
            DocumentError::Typeset { template, message }
        })
    }
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.typesetter.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let known = self.typesetter.templates.iter().find(|source| source.id() == id);
        known.cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let known = self.files.iter().find(|(file, _)| *file == id);
        known.map(|(_, bytes)| bytes.clone()).ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typesetter.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
