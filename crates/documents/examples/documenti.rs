//! Writes documents to look at: `cargo run -p sportello-documents --example documenti -- FOLDER`.

use std::error::Error;
use std::path::Path;

use sportello_documents::fattura::Payment;
use sportello_documents::{Pdf, Typesetter, avviso, fattura, fonts, pratica, provvedimento, ricevuta, sample};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: documenti FOLDER")?;
    write_samples(&Typesetter::new(fonts::all())?, Path::new(&folder))
}

fn write_samples(typesetter: &Typesetter, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut pending = sample::ricevuta(1);
    pending.protocollo = None;
    pending.demo = false;
    pending.ente.crest_svg = None;
    pending.allegati.clear();
    let mut debit = sample::fattura();
    debit.payment = Payment::Sdd {
        debit_on: Some("10 dicembre 2026".to_owned()),
        creditor_id: "IT82ZZZ0000080018230153".to_owned(),
        umr: "MENSA-2026-000184".to_owned(),
        iban: "IT•• •••• 3456".to_owned(),
    };
    keep(folder, "avviso", avviso(typesetter, &sample::avviso())?)?;
    keep(folder, "fattura", fattura(typesetter, &sample::fattura())?)?;
    keep(folder, "fattura-sdd", fattura(typesetter, &debit)?)?;
    keep(folder, "provvedimento", provvedimento(typesetter, &sample::provvedimento())?)?;
    keep(folder, "pratica", pratica(typesetter, &sample::pratica())?)?;
    for (name, data) in [("uno", sample::ricevuta(1)), ("otto", sample::ricevuta(8)), ("in-assegnazione", pending)] {
        keep(folder, name, ricevuta(typesetter, &data)?)?;
    }
    Ok(())
}

fn keep(folder: &Path, name: &str, pdf: Pdf) -> Result<(), Box<dyn Error>> {
    println!("{name}: {} pages, {} bytes", pdf.pages, pdf.bytes.len());
    std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes)?;
    Ok(())
}
