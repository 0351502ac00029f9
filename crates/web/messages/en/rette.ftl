# Office: attendance and the monthly run.
ufficio-menu-presenze = Attendance
ufficio-menu-rette = Invoices
presenze-titolo = Attendance
presenze-testo = Load the attendance of a class, a week or a month. If one line is wrong nothing is loaded.
presenze-file = File of attendance
presenze-file-aiuto = CSV with the columns data, alunno_codice_fiscale, stato and, where needed, comunicata_il. At most 8 MB.
presenze-file-manca = Choose the file of attendance
presenze-file-errori = { $n ->
    [one] The file has 1 error
   *[other] The file has { $n } errors
}
presenze-file-rifiutato = We have loaded nothing. Correct these lines and try again:
presenze-importa = Load
presenze-importate = Loaded files
presenze-importate-elenco = Files of attendance that were loaded, the last first
presenze-importate-nessuna = No file has been loaded.
presenze-col-quando = Loaded
presenze-col-chi = By whom
presenze-col-righe = Lines
presenze-col-nuove = New or corrected
presenze-fatto = { $righe ->
    [one] Read 1 line, { $nuove } new or corrected.
   *[other] Read { $righe } lines, { $nuove } new or corrected.
}

rette-titolo = Invoices
rette-mese = Month to invoice
rette-mese-aiuto = A month can be invoiced when it is over.
rette-mese-manca = Choose the month
rette-mese-aperto = This month is not over yet
rette-anteprima = See the preview
rette-cicli = Months
rette-cicli-nessuno = No month has been invoiced yet.
rette-cicli-elenco = Months invoiced, latest first
rette-col-mese = Month
rette-col-stato = Status
rette-col-emesse = Issued on
rette-non-emesse = not yet
rette-spente = This ente does not invoice with the portal: its settings hold no data for collection.
rette-stato-aperto = Open
rette-stato-calcolato = Preview
rette-stato-in-emissione = Being issued
rette-stato-emesso = Issued
rette-ciclo = Invoices of { $mese }
rette-anteprima-testo = This is a preview: nothing is issued yet. You can repeat it as often as you like.
rette-in-emissione-testo = The invoices are being issued: you can close the page.
rette-emesso-testo = The invoices are issued and families can see them.
rette-da-emettere = Invoices to issue
rette-con-addebito = of which by direct debit
rette-pasti = Meals
rette-imponibile = Net amount
rette-iva = VAT
rette-totale = Total
rette-emesse = Invoices issued
rette-emesso-totale = Total issued
rette-emetti = { $n ->
    [one] Issue 1 invoice
   *[other] Issue { $n } invoices
}
rette-emetti-no = They cannot be issued now: somebody may just have done it, or another month is being issued.
rette-documenti = See the invoices issued
rette-anomalie = { $n ->
    [one] 1 thing to look at
   *[other] { $n } things to look at
}
rette-anomalie-elenco = Children with something unusual
rette-col-alunno = Child
rette-col-anomalia = What
rette-col-effetto = Effect
rette-senza-retta = No invoice
rette-con-retta = Invoiced all the same
rette-anomalia-tariffa = No tariff from { $giorno }
rette-anomalia-pasti = No meal in the month
rette-anomalia-zero = Free meals: the total is zero
rette-anomalia-importo = { $totale }, usually { $solito }
rette-anomalia-cf = The child’s codice fiscale is missing
