using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Judge;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using Microsoft.Extensions.AI;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>Who grades, ready to be asked.</summary>
/// <param name="Client">Asks it.</param>
/// <param name="Identity">What a grade depends on besides the message.</param>
/// <param name="Name">For people.</param>
/// <param name="Concurrency">How many may be asked at a time.</param>
internal sealed record JudgeModel(IChatClient Client, JudgeIdentity Identity, string Name, int Concurrency) : IDisposable
{
    /// <summary>Resolves an endpoint, or loads a folder.</summary>
    /// <exception cref="InputException">The address, the key or the folder cannot be used.</exception>
    public static JudgeModel Open(JudgeSettings settings, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        ModelAddress address = ModelAddress.Parse(settings.Judge, "--judge");
        if (address.IsEndpoint)
        {
            Endpoint endpoint = Endpoint.Resolve(address.Name, settings.Endpoint);
            JudgeIdentity identity = new(endpoint.BaseUrl.ToString(), endpoint.Model, settings.Endpoint.Temperature, settings.Endpoint.MaxTokens);
            return new JudgeModel(new EndpointChatClient(endpoint), identity, endpoint.ToString(), settings.Endpoint.Concurrency);
        }

        if (!Directory.Exists(address.Name))
        {
            throw new InputException("--judge", $"'{address.Name}' is no folder; a model folder, or {ModelAddress.EndpointPrefix}MODEL, is expected.");
        }

        InternVLAssistant assistant = InternVLAssistant.Load(address.Name, settings.Device, settings.Precision, progress, cancellation);
        string place = $"{Path.GetFullPath(address.Name)} {assistant.Placement.DType} {StateOf(address.Name)}";
        // A local model takes no temperature as 0: greedy.
        return new JudgeModel(new AssistantChatClient(assistant), new JudgeIdentity(place, "local", settings.Endpoint.Temperature, settings.Endpoint.MaxTokens), address.Name, Concurrency: 1);
    }

    /// <inheritdoc />
    public void Dispose() => Client.Dispose();

    /// <summary>Changes when a file of the folder does: grades of other weights are not taken for these.</summary>
    private static string StateOf(string folder)
    {
        StringBuilder files = new();
        foreach (FileInfo file in new DirectoryInfo(folder).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            files.Append(CultureInfo.InvariantCulture, $"{file.Name}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(files.ToString())));
    }
}
