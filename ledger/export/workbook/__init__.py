"""The workbook: layout, prepared rows, sheets and the file that holds them."""
