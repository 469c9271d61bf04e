using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Judge;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using DriveKD.Runs.Recipes;
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
    public static JudgeModel Open(JudgeSettings settings, IProgress<LoadProgress>? progress, CancellationToken cancellation) =>
        Open(settings.Judge, "--judge", settings.Endpoint, settings.Device, settings.Precision, progress, cancellation);

    /// <summary>Resolves an endpoint, or loads a folder.</summary>
    /// <param name="judge"><c>openai:MODEL</c>, or a folder.</param>
    /// <param name="where">The option or key it was written for.</param>
    /// <param name="settings">How an endpoint is asked; temperature and length hold for a folder too.</param>
    /// <param name="device">Where a folder's model computes.</param>
    /// <param name="precision">In which number format.</param>
    /// <param name="progress">Told after every stored tensor.</param>
    /// <param name="cancellation">Stops the loading.</param>
    /// <exception cref="InputException">The address, the key or the folder cannot be used.</exception>
    public static JudgeModel Open(
        string judge, string where, EndpointSettings settings, string device, string precision, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        ModelAddress address = ModelAddress.Parse(judge, where);
        if (address.IsEndpoint)
        {
            Endpoint endpoint = Endpoint.Resolve(address.Name, settings);
            JudgeIdentity identity = new(endpoint.BaseUrl.ToString(), endpoint.Model, settings.Temperature, settings.MaxTokens);
            return new JudgeModel(new EndpointChatClient(endpoint), identity, endpoint.ToString(), settings.Concurrency);
        }

        if (!Directory.Exists(address.Name))
        {
            throw new InputException(where, $"'{address.Name}' is no folder; a model folder, or {ModelAddress.EndpointPrefix}MODEL, is expected.");
        }

        ModelAssistant assistant = ModelAssistant.Load(address.Name, device, precision, progress, cancellation: cancellation);
        string place = $"{Path.GetFullPath(address.Name)} {assistant.Placement.DType} {StateOf(address.Name)}";
        // A local model takes no temperature as 0: greedy.
        return new JudgeModel(new AssistantChatClient(assistant), new JudgeIdentity(place, "local", settings.Temperature, settings.MaxTokens), address.Name, Concurrency: 1);
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
