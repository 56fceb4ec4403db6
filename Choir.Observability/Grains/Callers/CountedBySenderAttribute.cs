namespace Choir.Observability;

/// <summary>On a grain interface whose sender counts its calls already.</summary>
[AttributeUsage(AttributeTargets.Interface)]
internal sealed class CountedBySenderAttribute : Attribute;
