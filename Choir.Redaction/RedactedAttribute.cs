namespace Choir.Redaction;

/// <summary>The value is a secret: it is not shown in logs or in the inspection API.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class RedactedAttribute : Attribute;

/// <summary>The value is not a secret and is shown in full, although its name or its shape suggest otherwise.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NotSecretAttribute : Attribute;
