namespace DriveKD.Models.Probing;

/// <summary>What to observe in one forward pass. Layers count from 0 here.</summary>
public sealed record ProbeRequest
{
    /// <summary>Decoder layers whose head-mean attention map is wanted.</summary>
    public IReadOnlySet<int> AttentionLayers { get; init; } = new HashSet<int>();

    /// <summary>
    /// The queries whose rows of a layer's map are read, in rising order; a layer that is not named is read whole. Rows that are not read may
    /// hold 0.
    /// </summary>
    public IReadOnlyDictionary<int, IReadOnlyList<QueryRange>> AttentionRows { get; init; } = new Dictionary<int, IReadOnlyList<QueryRange>>();

    /// <summary>The maps of single heads are kept beside their mean.</summary>
    public bool KeepsHeads { get; init; }

    /// <summary>
    /// Is shown every layer's hidden state and every head's weights while the pass runs; nothing of it is kept. Null where nobody watches.
    /// A watched pass runs to its end.
    /// </summary>
    public IPassWatcher? Watcher { get; init; }

    /// <summary>Hidden states that are wanted: 0 is the embeddings, l the output of decoder layer l (counted from 1).</summary>
    public IReadOnlySet<int> HiddenStates { get; init; } = new HashSet<int>();

    /// <summary>The pass ends as soon as everything wanted has been seen; the model then returns no output.</summary>
    public bool StopsWhenSatisfied { get; init; }

    /// <summary>Every intermediate value is recorded by name, and every head's attention: for comparison with goldens.</summary>
    public bool RecordsStages { get; init; }

    /// <summary>The deepest decoder layer (from 0) of which anything is wanted; -1 where nothing is.</summary>
    public int DeepestAttentionLayer => AttentionLayers.Count == 0 ? -1 : AttentionLayers.Max();

    /// <summary>The last hidden state that is wanted; -1 where none is.</summary>
    public int DeepestHiddenState => HiddenStates.Count == 0 ? -1 : HiddenStates.Max();

    /// <summary>Weights are formed for each head.</summary>
    internal bool WantsEveryHead => RecordsStages || KeepsHeads || IsWatched;

    internal bool IsWatched => Watcher is not null;

    /// <summary>The pass may end before the model's last layer.</summary>
    internal bool EndsEarly => StopsWhenSatisfied && !IsWatched;

    internal IReadOnlyList<QueryRange>? RowsOf(int layer) => AttentionRows.GetValueOrDefault(layer);

    /// <summary>How many of a model's decoder layers a pass runs, the last one perhaps for its map alone.</summary>
    /// <param name="layers">The model's layers.</param>
    public int DepthOf(int layers) => EndsEarly ? Math.Max(0, Math.Max(DeepestAttentionLayer + 1, DeepestHiddenState)) : layers;
}
