# Office: applications as a table for a spreadsheet.

esporta-link = Export the answers
esporta-titolo = Export applications
esporta-testo = You download a table with the applications of one form, one row each. It holds nothing about health or beliefs. Who downloads is noted.
esporta-modello = Form
esporta-scegli = Choose a form
esporta-modello-manca = Choose the form of the applications.
esporta-anno = School year
esporta-anno-tutti = All
esporta-stato = State
esporta-stato-tutte = All
esporta-stato-aperte = Open
esporta-stato-chiuse = Closed
esporta-dal = Received from
esporta-al = Received until
esporta-giorno-errato = Write a date that exists, such as 2026-09-01.
esporta-troppe = There are more than 50,000 applications: choose a shorter time.
esporta-riservati = Protected data
esporta-riservati-testo = These are answers about income and bank accounts. For each application it is noted that you read them, and why.
esporta-riservati-si = Add the protected data
esporta-motivo = Why you need them
elenco-csv = Download as CSV
elenco-xlsx = Download for Excel (XLSX)
