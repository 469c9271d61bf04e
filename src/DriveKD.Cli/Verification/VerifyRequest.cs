using DriveKD.Data.Samples;
using static TorchSharp.torch;

namespace DriveKD.Cli.Verification;

/// <summary>What the user asked of <c>drivekd verify</c>, as far as the kinds of goldens need it.</summary>
internal sealed record VerifyRequest
{
    /// <summary>The folder of the pictures that goldens name; null looks for it above each folder.</summary>
    public string? Images { get; init; }

    /// <summary>The tokenizer that the text goldens were made with; null looks for it above each folder.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Where models run; null chooses.</summary>
    public Device? Device { get; init; }

    /// <summary>Which cases are wanted.</summary>
    public required Func<string, bool> Wants { get; init; }

    /// <summary>Told how far a folder is.</summary>
    public IProgress<DataProgress>? Progress { get; init; }

    /// <summary>Stops between cases.</summary>
    public CancellationToken Cancellation { get; init; }
}
