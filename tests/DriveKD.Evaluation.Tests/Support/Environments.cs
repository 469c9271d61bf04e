using DriveKD.Evaluation.Clients;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Support;

/// <summary>Environments of a test's own.</summary>
internal static class Environments
{
    /// <summary>A key that must be seen nowhere.</summary>
    public const string Key = "sk-test-5e1f0c9a7b3d2468";

    /// <summary>Nothing is set.</summary>
    public static string? Empty(string name) => null;

    /// <summary>The usual variable holds the key.</summary>
    public static string? WithKey(string name) => name == EndpointSettings.DefaultKeyVariable ? Key : null;

    /// <summary>Settings whose time-out is a real one of 20 s on a <see cref="HastyTime"/>.</summary>
    public static EndpointSettings Patient { get; } = new() { TimeoutSeconds = 20_000 };

    /// <summary>A model behind a test server.</summary>
    public static Endpoint At(ModelServer server, EndpointSettings? settings = null, string model = "judge-1") =>
        Endpoint.Resolve(model, (settings ?? Patient) with { BaseUrl = server.BaseUrl }, WithKey);
}
