"""What clearinghouses and payers answer: 835, 277CA, 999 and TA1, as rows of flat tables."""
