using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Clients;

/// <summary>A model as the user names it: <c>openai:MODEL</c> for one behind a server, anything else for a local folder.</summary>
/// <param name="IsEndpoint">A server has it.</param>
/// <param name="Name">The server's name for the model, or the folder.</param>
public sealed record ModelAddress(bool IsEndpoint, string Name)
{
    /// <summary>What stands in front of the name of a model behind a server.</summary>
    public const string EndpointPrefix = "openai:";

    /// <summary>Reads an address.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="where">The option or key it was written for.</param>
    /// <exception cref="InputException">It names nothing.</exception>
    public static ModelAddress Parse(string text, string where)
    {
        bool isEndpoint = text.StartsWith(EndpointPrefix, StringComparison.Ordinal);
        string name = (isEndpoint ? text[EndpointPrefix.Length..] : text).Trim();
        return name.Length == 0
            ? throw new InputException(where, $"is '{text}'; {EndpointPrefix}MODEL for a model behind a server, or a model folder, is expected.")
            : new ModelAddress(isEndpoint, name);
    }

    /// <inheritdoc />
    public override string ToString() => IsEndpoint ? EndpointPrefix + Name : Name;
}
