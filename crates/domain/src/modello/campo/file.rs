//! `file`: a file that the person gives. Its content was looked at when it came; here stand size and type.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// A file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Accepted types.
    accept: Vec<FileKind>,
    /// Largest size in megabytes.
    max_mb: u32,
}

/// Types that can be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpg,
    /// PNG.
    Png,
}

impl FileKind {
    const ALL: [(&'static str, Self); 3] = [("pdf", Self::Pdf), ("jpg", Self::Jpg), ("png", Self::Png)];

    const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

impl File {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        let mut accept = Vec::new();
        for (at, word) in reader.texts("accept") {
            match FileKind::ALL.into_iter().find(|(known, _)| *known == word) {
                Some((_, kind)) => accept.push(kind),
                None => reader.error(at, format!("tipo di file «{word}» non previsto"), "usa pdf, jpg, png"),
            }
        }
        if accept.is_empty() {
            accept = FileKind::ALL.map(|(_, kind)| kind).to_vec();
        }
        Self { accept, max_mb: reader.number("max_mb", 5, 1..=20) }
    }

    fn max_bytes(&self) -> u64 {
        u64::from(self.max_mb) * 1024 * 1024
    }
}

impl Behaviour for File {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Opaque)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        typed.posted.file(typed.name).cloned().map(Value::File)
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        let Value::File(file) = value else {
            return Some(ProblemCode::FileBroken);
        };
        if room.facts.infected.contains(&file.id) {
            return Some(ProblemCode::FileInfected);
        }
        if file.bytes == 0 {
            return Some(ProblemCode::FileBroken);
        }
        if file.bytes > self.max_bytes() {
            return Some(ProblemCode::FileTooLarge { max_mb: self.max_mb });
        }
        let accepted = self.accept.iter().any(|kind| kind.media_type() == file.media_type);
        (!accepted).then_some(ProblemCode::FileType)
    }

    fn control(&self, value: Option<&Value>, _room: &Room<'_>) -> Control {
        let present = match value {
            Some(Value::File(file)) => Some(file.clone()),
            _ => None,
        };
        let types: Vec<&str> = self.accept.iter().map(|kind| kind.media_type()).collect();
        Control::File { accept: types.join(","), max_bytes: self.max_bytes(), present, earlier: Vec::new() }
    }
}
