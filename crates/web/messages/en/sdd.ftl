# SEPA direct debits (SDD), pages of the office.

ufficio-menu-sdd = Direct debits
sdd-titolo = Direct debits
sdd-spenta = This municipality does not collect by direct debit: its settings hold no data for collection.

# Preparing
sdd-prepara-titolo = Prepare the file
sdd-prepara-testo = The file goes to the bank. It holds the bills due by the day of the debit, told long enough before.
sdd-primo-giorno = next day of debit
sdd-addebiti = bills to debit
sdd-totale = total
sdd-senza-mandato = { $n ->
    [one] 1 bill is left out: it has no active mandate.
   *[other] { $n } bills are left out: they have no active mandate.
}
sdd-giorno = Day of the debit
sdd-giorno-aiuto = A day on which banks work, for example { $giorno }.
sdd-prepara = Prepare the file
sdd-giorno-forma = Choose the day of the debit
sdd-giorno-niente = There is no bill to debit on that day
sdd-giorno-chiuso = Banks are closed on that day: the next possible day is { $giorno }
sdd-giorno-presto = The bank would get the file too late: the first possible day is { $giorno }
sdd-giorno-lontano = The day is too far away: choose one up to { $giorno }

# Files
sdd-distinte = Files for the bank
sdd-distinte-nessuna = No file yet.
sdd-distinte-elenco = Files for the bank, the latest first
sdd-col-distinta = File
sdd-col-giorno = Debit
sdd-col-addebiti = Bills
sdd-col-totale = Total
sdd-col-stato = State
sdd-col-azioni = Actions
sdd-stato-generata = To download
sdd-stato-inviata = Sent to the bank
sdd-stato-esitata = Answered by the bank
sdd-stato-annullata = Cancelled
sdd-scaricata = downloaded { $quando }
sdd-scarica = Download
sdd-annulla = Cancel
sdd-azioni-nessuna = none

# Answers of the bank
sdd-importa-titolo = Import the outcome
sdd-importa-testo = Upload the file in which the bank says which debits it refused. The same file twice changes nothing.
sdd-file = File of the bank
sdd-file-aiuto = XML file pain.002, at most 8 MB.
sdd-importa = Import the outcome
sdd-file-manca = Choose the file of the bank
sdd-file-altro = This file is no readable pain.002 report: nothing was changed
sdd-file-di-altri = This report is about a file with other debits, maybe of another public body: nothing was changed
sdd-file-errori = { $n ->
    [one] The file has a wrong record: nothing was changed
   *[other] The file has { $n } wrong records: nothing was changed
}
sdd-file-rifiutato = Ask the bank for a right file. The wrong records:
sdd-errore-record = Record { $n }: { $motivo }
sdd-errore-forma = it does not follow the schema
sdd-errore-riferimento = it has no reference of a debit
sdd-errore-stato = its status is missing or unknown
sdd-errore-causale = its reason cannot be read
sdd-errore-importo = its amount cannot be read
sdd-errore-valuta = its amount is not in euro
sdd-errore-doppio = it repeats record { $n }
sdd-errore-importo-diverso = its amount is not that of the debit
sdd-errore-mandato-diverso = its mandate is not that of the debit
sdd-errore-creditore-diverso = its creditor is not this public body
sdd-esiti = Imported outcomes
sdd-esito-breve = { $quando }, { $n ->
    [one] 1 record
   *[other] { $n } records
}
sdd-esito-titolo = Outcome from the bank
sdd-esito-letto = { $file }, imported { $quando }
sdd-esito-gia-letto = This file had been imported before: nothing was changed.
sdd-esito-vuoto = The file holds no record about single debits.
sdd-esito-elenco = { $n ->
    [one] 1 record
   *[other] { $n } records
}
sdd-col-record = Record
sdd-col-riferimento = Reference
sdd-col-sorte = What happened
sdd-col-motivo = Reason of the bank
sdd-motivo-nessuno = none
sdd-record-tutto = the whole file
sdd-sorte-insoluto = Unpaid: the family pays through pagoPA
sdd-sorte-ripreso = To be debited again
sdd-sorte-in-corso = In progress
sdd-sorte-gia-noto = Known already
sdd-sorte-sconosciuto = Unknown reference
sdd-da-guardare = to be checked
sdd-torna = Back to direct debits
