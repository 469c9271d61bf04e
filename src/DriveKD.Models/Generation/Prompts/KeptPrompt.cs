using DriveKD.Models.Families;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>
/// The keys and values of the prompt that was read last: a next prompt that begins alike reads only what differs. Holds one prompt of one row.
/// </summary>
internal sealed class KeptPrompt : IDisposable
{
    private readonly VisionLanguageModel _model;
    private KeyValueCache? _cache;
    private IReadOnlyList<int> _ids = [];
    private IReadOnlyList<PieceKey> _pieces = [];
    private double _base;

    /// <param name="model">The model; it must outlive this.</param>
    public KeptPrompt(VisionLanguageModel model) => _model = model;

    /// <summary>Tokens of the latest prompt that were not read again.</summary>
    public int Reused { get; private set; }

    /// <summary>The cache for a prompt, with the tokens in it that need not be read; owned by this.</summary>
    /// <param name="ids">The prompt.</param>
    /// <param name="pieces">A key for every piece of its pictures, in order.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    /// <param name="newTokens">Room for the answer.</param>
    public KeyValueCache Begin(IReadOnlyList<int> ids, IReadOnlyList<PieceKey> pieces, int imageTokenId, int newTokens)
    {
        // Keys are turned by the position and a base that grows with long prompts: those of another base are none of this prompt's.
        double rotaryBase = RotaryEmbedding.BaseFor(_model.Config.Language, ids.Count);
        Reused = _cache is null || rotaryBase != _base ? 0 : CommonLength(ids, pieces, imageTokenId);
        KeyValueCache? before = _cache;
        if (before is null || before.Capacity < ids.Count + newTokens)
        {
            _cache = _model.CreateCache(1, ids.Count + newTokens);
            if (Reused > 0)
            {
                _cache.TakeOver(before!, Reused);
            }

            before?.Dispose();
        }
        else
        {
            before.Truncate(Reused);
        }

        // Nothing is promised of what is being read: it counts once it is whole.
        (_ids, _pieces, _base) = ([], [], rotaryBase);
        return _cache!;
    }

    /// <summary>The prompt has been read; what the answer adds is not kept.</summary>
    /// <param name="ids">The prompt of <see cref="Begin"/>.</param>
    /// <param name="pieces">Its pieces.</param>
    public void IsRead(IReadOnlyList<int> ids, IReadOnlyList<PieceKey> pieces) => (_ids, _pieces) = (ids, pieces);

    /// <inheritdoc />
    public void Dispose()
    {
        _cache?.Dispose();
        (_cache, _ids, _pieces) = (null, [], []);
    }

    /// <summary>
    /// Tokens at the beginning that are equal, and stand for equal pixels where they are image slots. More are left to be read than the kernels
    /// for single tokens take: prompts are read with the weights as they are, also where those have a form in 8 bits.
    /// </summary>
    private int CommonLength(IReadOnlyList<int> ids, IReadOnlyList<PieceKey> pieces, int imageTokenId)
    {
        int most = Math.Max(0, Math.Min(_ids.Count, ids.Count - 1 - DecodeKernels.MostRows));
        (int piece, int slots) = (-1, 0);
        for (int i = 0; i < most; i++)
        {
            if (ids[i] != _ids[i])
            {
                return i;
            }

            if (ids[i] == imageTokenId)
            {
                if (slots == 0)
                {
                    piece++;
                    if (piece >= pieces.Count || piece >= _pieces.Count || pieces[piece] != _pieces[piece])
                    {
                        return i;
                    }

                    slots = pieces[piece].Tokens;
                }

                slots--;
            }
        }

        return most;
    }
}
