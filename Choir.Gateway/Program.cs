using Choir.Gateway;
using Choir.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddGateway();

var app = builder.Build();
app.MapGateway();
return await app.RunServiceAsync();
