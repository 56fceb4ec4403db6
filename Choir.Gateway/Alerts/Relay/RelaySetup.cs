namespace Choir.Gateway.Alerts.Relay;

/// <summary>The result of a relay.</summary>
/// <param name="Delivered">The number of recipients that accepted the message.</param>
/// <param name="Failed">The number of recipients that refused it.</param>
internal sealed record RelayReport(int Delivered, int Failed);

internal static class RelaySetup
{
    public static void AddRelays(this IServiceCollection services)
    {
        RelayClient.Add(services);
        services.AddSingleton<DeliveryMemory>();
        services.AddSingleton<RelaySender>();
        services.AddSingleton<TeamsRelay>();
        services.AddSingleton<SmsRelay>();
        services.AddOptionsWithValidateOnStart<TeamsOptions, TeamsOptions.Validator>().BindConfiguration(TeamsOptions.Section);
        services.AddOptionsWithValidateOnStart<SmsOptions, SmsOptions.Validator>().BindConfiguration(SmsOptions.Section);
    }
}
