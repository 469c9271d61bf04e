using DriveKD.Models.Kernels;

namespace DriveKD.Models.Measurement.Decoding;

/// <summary>How near the decoding of single tokens comes to what the memory gives.</summary>
public sealed record DecodeFigures
{
    /// <summary>The shape that was measured.</summary>
    public required string Shape { get; init; }

    /// <summary>Threads that computed.</summary>
    public required int Threads { get; init; }

    /// <summary>The instructions of the project's kernels.</summary>
    public required KernelPath Instructions { get; init; }

    /// <summary>Tokens before the first that was decoded.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens decoded in a round.</summary>
    public required int NewTokens { get; init; }

    /// <summary>Bytes per second that all threads read of a buffer larger than the caches.</summary>
    public required Spread Bandwidth { get; init; }

    /// <summary>Single products, by matrix and format.</summary>
    public required IReadOnlyList<ProductFigures> Products { get; init; }

    /// <summary>A prompt's prefill, by format; empty where whole steps are left out.</summary>
    public required IReadOnlyList<PrefillFigures> Prefills { get; init; }

    /// <summary>Whole steps, by format.</summary>
    public required IReadOnlyList<StepFigures> Steps { get; init; }
}
