//! A file of families as other programs export it: schools, classes, children and who pays for them.
//!
//! Read whole or refused whole: every fault is named with its line, its column and what to write instead. Nothing is
//! written here.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use crate::codice_fiscale::CodiceFiscale;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Most lines.
pub const MAX_LINES: usize = 200_000;
/// Faults that are named; a file with more has a problem of another kind.
pub const MAX_FAULTS: usize = 100;
/// Years of birth that can be meant: a year of two digits is none.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// Longest name or code, in characters.
const MAX_TEXT: usize = 120;

/// Columns, by their headings; the order in the file does not matter.
pub const COLUMNS: [&str; 13] = [
    "plesso_codice",
    "plesso",
    "grado",
    "classe_codice",
    "classe",
    "alunno_codice_fiscale",
    "alunno_cognome",
    "alunno_nome",
    "alunno_nascita",
    "pagante_codice_fiscale",
    "pagante_cognome",
    "pagante_nome",
    "pagante_email",
];
/// Grades of school that a file may name.
pub const GRADI: [&str; 4] = ["nido", "infanzia", "primaria", "secondaria_1"];

/// One line: a child in a class, and a person who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Famiglia {
    /// Line in the file, from 1; the heading is line 1.
    pub line: u64,
    /// The school.
    pub plesso: Named,
    /// Grade of the school.
    pub grado: String,
    /// The class.
    pub classe: Named,
    /// The child.
    pub alunno: Person,
    /// Date of birth of the child.
    pub nascita: NaiveDate,
    /// Who pays.
    pub pagante: Person,
    /// Where to write to whoever pays.
    pub email: Option<String>,
}

/// A code with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Code.
    pub codice: String,
    /// Name as people read it.
    pub name: String,
}

/// Somebody with a codice fiscale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Codice fiscale, 16 capitals and digits, or 11 digits.
    pub codice_fiscale: String,
    /// Family name.
    pub cognome: String,
    /// Given name.
    pub nome: String,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1.
    pub line: u64,
    /// Heading of the column, or nothing for the line as a whole.
    pub column: &'static str,
    /// What is wrong and what to write instead, in Italian.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.column {
            "" => write!(out, "riga {}: {}", self.line, self.reason),
            column => write!(out, "riga {}, colonna {column}: {}", self.line, self.reason),
        }
    }
}

/// Reads a file: `;` or `,` between the fields, UTF-8 (with or without mark) or Windows-1252.
///
/// # Errors
/// Every fault, at most [`MAX_FAULTS`]: then nothing of the file counts.
pub fn read(bytes: &[u8]) -> Result<Vec<Famiglia>, Vec<Fault>> {
    let whole = |reason: &str| vec![Fault { line: 1, column: "", reason: reason.to_owned() }];
    if bytes.len() > MAX_BYTES {
        return Err(whole("il file è più grande di 32 MB: dividilo"));
    }
    let text = decode(bytes);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() >= first.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| whole("l'intestazione non si legge"))?.clone();
    let places = places(&headings)?;
    let mut check = Check::default();
    let mut families = Vec::new();
    for (at, record) in reader.records().enumerate() {
        if at >= MAX_LINES {
            return Err(whole("il file ha più di 200.000 righe: dividilo"));
        }
        match record {
            Ok(record) => {
                let line = record.position().map_or(at as u64 + 2, csv::Position::line);
                families.extend(check.line(line, &record, &places, headings.len()));
            }
            Err(error) => {
                let line = error.position().map_or(at as u64 + 2, csv::Position::line);
                check.fault(line, "", "la riga non si legge: controlla le virgolette".to_owned());
            }
        }
        if check.faults.len() >= MAX_FAULTS {
            break;
        }
    }
    if families.is_empty() && check.faults.is_empty() {
        return Err(whole("il file non ha righe di dati"));
    }
    if check.faults.is_empty() { Ok(families) } else { Err(check.faults) }
}

/// UTF-8 where it is that, otherwise Windows-1252: every byte of it is a character.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    // One kind of line end: the reader counts lines by it.
    text.replace("\r\n", "\n")
}

/// Where each column stands.
fn places(headings: &csv::StringRecord) -> Result<[usize; COLUMNS.len()], Vec<Fault>> {
    let mut places = [0; COLUMNS.len()];
    let mut faults = Vec::new();
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        match headings.iter().position(|heading| heading.trim().eq_ignore_ascii_case(column)) {
            Some(found) => *place = found,
            None => faults.push(Fault { line: 1, column, reason: "la colonna manca: aggiungila".to_owned() }),
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

/// What was seen so far: the same code always comes with the same data.
#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
    plessi: HashMap<String, (String, String)>,
    classi: HashMap<(String, String), String>,
    alunni: HashMap<String, (Person, NaiveDate)>,
    paganti: HashMap<String, Person>,
}

/// The fields of one line.
struct Fields<'a> {
    line: u64,
    record: &'a csv::StringRecord,
    places: &'a [usize; COLUMNS.len()],
}

impl Fields<'_> {
    fn get(&self, column: &'static str) -> &str {
        let place = COLUMNS.iter().position(|known| *known == column).map(|at| self.places[at]);
        place.and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }
}

impl Check {
    fn fault(&mut self, line: u64, column: &'static str, reason: String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { line, column, reason });
        }
    }

    /// One line, or nothing where something is wrong with it.
    fn line(
        &mut self,
        line: u64,
        record: &csv::StringRecord,
        places: &[usize; COLUMNS.len()],
        columns: usize,
    ) -> Option<Famiglia> {
        if record.len() != columns {
            let reason = format!("ha {} campi invece di {columns}: controlla separatori e virgolette", record.len());
            self.fault(line, "", reason);
            return None;
        }
        let fields = Fields { line, record, places };
        let before = self.faults.len();
        let plesso = self.named(&fields, "plesso_codice", "plesso");
        let grado = self.grado(&fields);
        let classe = self.named(&fields, "classe_codice", "classe");
        let nascita = self.date(&fields);
        let alunno = self.person(&fields, ["alunno_codice_fiscale", "alunno_cognome", "alunno_nome"], nascita);
        let pagante = self.person(&fields, ["pagante_codice_fiscale", "pagante_cognome", "pagante_nome"], None);
        let email = self.email(&fields);
        if self.faults.len() > before {
            return None;
        }
        let famiglia = Famiglia { line, plesso, grado, classe, alunno, nascita: nascita?, pagante, email };
        self.agree(&famiglia);
        (self.faults.len() == before).then_some(famiglia)
    }

    fn text(&mut self, fields: &Fields<'_>, column: &'static str) -> String {
        let text = fields.get(column);
        let reason = if text.is_empty() {
            "manca: scrivilo"
        } else if text.chars().count() > MAX_TEXT {
            "è più lungo di 120 caratteri"
        } else if text.chars().any(char::is_control) {
            "contiene caratteri di controllo: toglili"
        } else {
            return text.to_owned();
        };
        self.fault(fields.line, column, reason.to_owned());
        String::new()
    }

    fn named(&mut self, fields: &Fields<'_>, code: &'static str, name: &'static str) -> Named {
        Named { codice: self.text(fields, code), name: self.text(fields, name) }
    }

    fn grado(&mut self, fields: &Fields<'_>) -> String {
        let grado = fields.get("grado").to_lowercase();
        if !GRADI.contains(&grado.as_str()) {
            self.fault(fields.line, "grado", format!("non previsto: scrivi {}", GRADI.join(", ")));
        }
        grado
    }

    fn date(&mut self, fields: &Fields<'_>) -> Option<NaiveDate> {
        let text = fields.get("alunno_nascita");
        let date = ["%Y-%m-%d", "%d/%m/%Y"]
            .iter()
            .filter_map(|form| NaiveDate::parse_from_str(text, form).ok())
            .find(|date| YEARS.contains(&date.year()));
        if date.is_none() {
            self.fault(fields.line, "alunno_nascita", "scrivi la data come 2018-09-12 o 12/09/2018".to_owned());
        }
        date
    }

    fn person(&mut self, fields: &Fields<'_>, columns: [&'static str; 3], birth: Option<NaiveDate>) -> Person {
        let [code, cognome, nome] = columns;
        let codice_fiscale = match CodiceFiscale::parse(fields.get(code), birth) {
            Ok(read) => read.as_str().to_owned(),
            Err(_) => {
                self.fault(
                    fields.line,
                    code,
                    "non è un codice fiscale: controllalo sulla tessera sanitaria".to_owned(),
                );
                String::new()
            }
        };
        Person { codice_fiscale, cognome: self.text(fields, cognome), nome: self.text(fields, nome) }
    }

    fn email(&mut self, fields: &Fields<'_>) -> Option<String> {
        let text = fields.get("pagante_email");
        if text.is_empty() {
            return None;
        }
        let (local, domain) = text.rsplit_once('@').unwrap_or_default();
        let possible = !local.is_empty()
            && domain.contains('.')
            && text.len() <= 254
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !possible {
            self.fault(fields.line, "pagante_email", "non è un indirizzo e-mail: correggilo o lascia vuoto".to_owned());
        }
        Some(text.to_owned())
    }

    /// The same code with other data would make two truths of one.
    fn agree(&mut self, found: &Famiglia) {
        let line = found.line;
        let plesso = (found.plesso.name.clone(), found.grado.clone());
        if *self.plessi.entry(found.plesso.codice.clone()).or_insert_with(|| plesso.clone()) != plesso {
            self.fault(line, "plesso_codice", "è già stato usato con un altro nome o grado".to_owned());
        }
        let key = (found.plesso.codice.clone(), found.classe.codice.clone());
        if *self.classi.entry(key).or_insert_with(|| found.classe.name.clone()) != found.classe.name {
            self.fault(line, "classe_codice", "è già stato usato con un altro nome nello stesso plesso".to_owned());
        }
        let child = (found.alunno.clone(), found.nascita);
        let code = found.alunno.codice_fiscale.clone();
        if *self.alunni.entry(code).or_insert_with(|| child.clone()) != child {
            self.fault(line, "alunno_codice_fiscale", "è già comparso con altri dati".to_owned());
        }
        let code = found.pagante.codice_fiscale.clone();
        if *self.paganti.entry(code).or_insert_with(|| found.pagante.clone()) != found.pagante {
            self.fault(line, "pagante_codice_fiscale", "è già comparso con altri dati".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "plesso_codice;plesso;grado;classe_codice;classe;alunno_codice_fiscale;alunno_cognome;alunno_nome;alunno_nascita;pagante_codice_fiscale;pagante_cognome;pagante_nome;pagante_email";
    const LINE: &str = "P1;Scuola primaria;primaria;3A;3ª A;FRRTMS18P12L400B;Ferrari;Tommaso;2018-09-12;BNCGLI86C54A794L;Bianchi;Giulia;giulia@posta.example";

    fn fault(text: &str) -> String {
        let faults = read(text.as_bytes()).expect_err("the file is refused");
        faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_good_file_reads_in_each_form() {
        let text = format!("{HEAD}\n{LINE}\n");
        let read_as_utf8 = read(text.as_bytes()).expect("reads");
        assert_eq!((read_as_utf8[0].line, read_as_utf8[0].classe.name.as_str()), (2, "3ª A"));
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(read(&marked).expect("reads with a mark"), read_as_utf8);
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        assert_eq!(read(&windows).expect("reads as Windows-1252"), read_as_utf8);
        let commas = text.replace(';', ",").replace("2018-09-12", "12/09/2018").replace('\n', "\r\n");
        assert_eq!(read(commas.as_bytes()).expect("reads with commas"), read_as_utf8);
    }

    #[test]
    fn each_fault_is_named() {
        let cases = [
            ("FRRTMS18P12L400B", "FRRTMS18P12L400C", "riga 2, colonna alunno_codice_fiscale"),
            ("2018-09-12", "12-9-18", "riga 2, colonna alunno_nascita"),
            ("primaria;3A", "liceo;3A", "riga 2, colonna grado"),
            ("Ferrari", "", "riga 2, colonna alunno_cognome: manca"),
            ("giulia@posta.example", "giulia", "riga 2, colonna pagante_email"),
            ("P1;Scuola", "Scuola", "riga 2: ha 12 campi invece di 13"),
            (HEAD, &HEAD.replace("grado;", ""), "riga 1, colonna grado: la colonna manca"),
        ];
        for (from, to, expected) in cases {
            let found = fault(&format!("{HEAD}\n{LINE}\n").replacen(from, to, 1));
            assert!(found.contains(expected), "{expected}: {found}");
        }
        assert!(fault(HEAD).contains("non ha righe"));
        assert!(fault("").contains("la colonna manca"));
    }

    #[test]
    fn one_code_has_one_truth() {
        let other = LINE.replace("Scuola primaria", "Altra scuola");
        assert!(fault(&format!("{HEAD}\n{LINE}\n{other}\n")).contains("riga 3, colonna plesso_codice"));
        let other = LINE.replace("Tommaso", "Tomaso");
        assert!(fault(&format!("{HEAD}\n{LINE}\n{other}\n")).contains("riga 3, colonna alunno_codice_fiscale"));
    }

    #[test]
    fn faults_have_an_end() {
        let bad = LINE.replace("primaria;3A", "x;3A");
        let text = format!("{HEAD}\n{}", format!("{bad}\n").repeat(500));
        assert_eq!(read(text.as_bytes()).expect_err("refused").len(), MAX_FAULTS);
    }
}
