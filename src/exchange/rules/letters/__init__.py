"""What each recipient is sent: sheets, covers, masks, figures and who may get them."""
