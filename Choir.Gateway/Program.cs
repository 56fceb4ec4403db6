using Choir.Gateway;
using Choir.ServiceDefaults;

return await ServiceRun.RunAsync(args, builder => builder.AddGateway(), app => app.MapGateway());
