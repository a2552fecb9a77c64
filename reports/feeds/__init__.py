"""Tables that a program such as Power BI or Excel reads with a key of its own (OData 4.0)."""
