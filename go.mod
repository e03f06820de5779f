module aiohub

go 1.24
