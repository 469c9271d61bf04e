using System.Numerics;
using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation;

/// <summary>The rows of a batch while they grow: chosen tokens, and which rows have ended.</summary>
internal sealed class BatchRows
{
    private readonly GenerationOptions _options;
    private readonly TokenSampler[] _samplers;
    private readonly List<int>[] _tokens;
    private readonly bool[] _stopped;
    private readonly long[,] _lastIds;
    private readonly int _promptTokens;
    private int _newTokens;

    // Kept from step to step: an array of a whole vocabulary is one that the garbage collector walks the heap for.
    private float[] _logits = [];

    public BatchRows(IReadOnlyList<Prompt> prompts, GenerationOptions options)
    {
        _options = options;
        _samplers = prompts.Select((prompt, row) => new TokenSampler(options, prompt.TokenIds, prompt.Draws ?? row)).ToArray();
        _tokens = prompts.Select(_ => new List<int>()).ToArray();
        _stopped = new bool[prompts.Count];
        _lastIds = new long[prompts.Count, 1];
        _promptTokens = prompts.Sum(prompt => prompt.TokenIds.Count);
    }

    /// <summary>Every row has met a stop token.</summary>
    public bool AllFinished => Array.TrueForAll(_stopped, stopped => stopped);

    /// <summary>The latest id of every row [B, 1]; a row that has ended repeats its last one.</summary>
    public long[,] LastIds() => _lastIds;

    /// <summary>Chooses a token for every row that goes on.</summary>
    /// <param name="logits_BV">float32.</param>
    /// <param name="onToken">Told of every token.</param>
    public void Choose(Tensor logits_BV, Action<GeneratedToken>? onToken)
    {
        using Tensor local_BV = logits_BV.cpu();
        int vocabulary = (int)local_BV.size(-1);
        if (_logits.Length != vocabulary * _stopped.Length)
        {
            _logits = new float[vocabulary * _stopped.Length];
        }

        MemoryMarshal.Cast<byte, float>(local_BV.bytes).CopyTo(_logits);
        for (int row = 0; row < _stopped.Length; row++)
        {
            if (_stopped[row])
            {
                continue;
            }

            Span<float> logits = _logits.AsSpan(row * vocabulary, vocabulary);
            RequireNumbers(logits);
            int id = _samplers[row].Next(logits);
            _lastIds[row, 0] = id;
            _newTokens++;
            if (_options.StopTokens.Contains(id))
            {
                _stopped[row] = true;
                continue;
            }

            _tokens[row].Add(id);
            onToken?.Invoke(new GeneratedToken(row, id));
        }
    }

    // A comparison with NaN is always false: a broken model would answer with token 0 for ever.
    private static void RequireNumbers(ReadOnlySpan<float> logits)
    {
        bool areNumbers = true;
        int i = 0;
        for (; i + Vector<float>.Count <= logits.Length; i += Vector<float>.Count)
        {
            areNumbers &= Vector.LessThanOrEqualAll(new Vector<float>(logits[i..]), new Vector<float>(float.MaxValue));
        }

        for (; i < logits.Length; i++)
        {
            areNumbers &= logits[i] <= float.MaxValue;
        }

        if (!areNumbers)
        {
            throw new InputException(
                "model", "gives logits that are not finite: its weights hold NaN or infinity, or are too large for the precision; try float32.");
        }
    }

    public GenerationResult ToResult(double visionSeconds, double prefillSeconds, double decodeSeconds) => new()
    {
        TokenIds = _tokens,
        Stopped = _stopped,
        Timings = new GenerationTimings(visionSeconds, prefillSeconds, decodeSeconds, _promptTokens, _newTokens),
    };
}
