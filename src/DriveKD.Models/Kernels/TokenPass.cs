using DriveKD.Models.Layers;
using static TorchSharp.torch;

namespace DriveKD.Models.Kernels;

/// <summary>
/// One new token per row through all decoder layers, without libtorch: at this size its operators take longer to be called than to compute.
/// Values are rounded where the layers' own operators round them.
/// </summary>
/// <remarks>Shapes: B rows, C channels, H query heads, K key heads, D channels per head, I channels of the MLP, S keys.</remarks>
internal sealed unsafe class TokenPass : IDisposable
{
    private const int Pieces = 11;

    private readonly DecodeKernels _kernels;
    private readonly LanguageModelConfig _config;
    private readonly KeyValueCache _cache;
    private readonly WeightKind _kind;
    private readonly int _batch;
    private readonly nint _keys;
    private readonly nint _queryWidth;
    private readonly nint _keyWidth;
    private readonly Scratch _scratch;
    private readonly float* _hidden_BC;
    private readonly float* _normed_BC;
    private readonly float* _query_BHD;
    private readonly float* _key_BKD;
    private readonly float* _value_BKD;
    private readonly float* _context_BHD;
    private readonly float* _gate_BI;
    private readonly float* _up_BI;
    private readonly float* _scores_BHS;
    private readonly float* _weights_C;
    private readonly float* _narrow;
    private readonly float[] _cosine_BD;
    private readonly float[] _sine_BD;
    private readonly bool[,]? _isPadding_BS;

    /// <param name="kernels">The instructions.</param>
    /// <param name="config">The decoder's shape.</param>
    /// <param name="batch">B, at most <see cref="DecodeKernels.MostRows"/>.</param>
    /// <param name="dtype">float32 or bfloat16.</param>
    /// <param name="rope">Rotation of the new tokens' positions.</param>
    /// <param name="cache">The tokens before.</param>
    /// <param name="isPadding_BS">Which of them are padding, the new ones counted; null for none.</param>
    /// <exception cref="ArgumentException">Positions, padding or cache have other rows or another shape: addresses would lead elsewhere.</exception>
    public TokenPass(
        DecodeKernels kernels,
        LanguageModelConfig config,
        int batch,
        ScalarType dtype,
        RotaryEmbedding rope,
        KeyValueCache cache,
        bool[,]? isPadding_BS)
    {
        (_kernels, _config, _batch, _cache, _isPadding_BS) = (kernels, config, batch, cache, isPadding_BS);
        _kind = TensorMemory.KindOf(dtype);
        _keys = checked((nint)cache.Length) + 1;
        (_queryWidth, _keyWidth) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        (nint channels, nint intermediate) = (config.HiddenSize, config.IntermediateSize);
        Require(rope, cache, dtype);
        _cosine_BD = Floats(rope.Cosine_B1TD, batch);
        _sine_BD = Floats(rope.Sine_B1TD, batch);
        nint widest = Math.Max(Math.Max(channels, intermediate), _queryWidth);
        nint row = widest + (2 * channels) + (2 * _queryWidth) + (2 * _keyWidth) + (2 * intermediate) + (config.Heads * _keys);
        _scratch = new Scratch(channels + (batch * row), Pieces);
        _hidden_BC = _scratch.Take(batch * channels);
        _normed_BC = _scratch.Take(batch * channels);
        _query_BHD = _scratch.Take(batch * _queryWidth);
        _key_BKD = _scratch.Take(batch * _keyWidth);
        _value_BKD = _scratch.Take(batch * _keyWidth);
        _context_BHD = _scratch.Take(batch * _queryWidth);
        _gate_BI = _scratch.Take(batch * intermediate);
        _up_BI = _scratch.Take(batch * intermediate);
        _scores_BHS = _scratch.Take(batch * config.Heads * _keys);
        _weights_C = _scratch.Take(channels);
        _narrow = _scratch.Take(batch * widest);
    }

    /// <summary>Runs the layers and the final norm; the cache receives the new keys and values, but does not count them yet.</summary>
    /// <param name="embeddings_B1C">The new tokens.</param>
    /// <param name="layers">In order; none has an adapter.</param>
    /// <param name="norm">The final norm.</param>
    /// <returns>[B, 1, C] in the embeddings' dtype.</returns>
    /// <exception cref="ArgumentException">The embeddings have another shape.</exception>
    public Tensor Run(Tensor embeddings_B1C, IEnumerable<DecoderLayer> layers, RmsNorm norm)
    {
        nint channels = _config.HiddenSize;
        if (embeddings_B1C.NumberOfElements != _batch * channels)
        {
            throw new ArgumentException(
                $"[{string.Join(", ", embeddings_B1C.shape)}] was given; [{_batch}, 1, {channels}] is expected.", nameof(embeddings_B1C));
        }

        using (Tensor whole = embeddings_B1C.contiguous())
        {
            TensorMemory.Read(TensorMemory.Pointer(whole), _kind, _batch * channels, _hidden_BC);
        }

        int layer = 0;
        foreach (DecoderLayer parts in layers)
        {
            Attention(parts, layer++);
            Mlp(parts);
        }

        Normalise(norm);
        Tensor result_B1C = empty(embeddings_B1C.shape, embeddings_B1C.dtype, CPU);
        TensorMemory.Write(_normed_BC, _batch * channels, TensorMemory.Pointer(result_B1C), _kind);
        return result_B1C;
    }

    /// <inheritdoc />
    public void Dispose() => _scratch.Dispose();

    /// <summary>Everything that is read or written by address has the shape that the addresses are computed from.</summary>
    private void Require(RotaryEmbedding rope, KeyValueCache cache, ScalarType dtype)
    {
        long[] expectedRope = [_batch, 1, 1, _config.HeadSize];
        long[] sharedRope = [1, 1, 1, _config.HeadSize];
        long[] expectedCache = [_batch, _config.KeyValueHeads, cache.Capacity, _config.HeadSize];
        Tensor keys_BKSD = cache.KeysOf(0);
        if (!rope.Cosine_B1TD.shape.SequenceEqual(expectedRope) && !rope.Cosine_B1TD.shape.SequenceEqual(sharedRope))
        {
            throw Unfit("positions", rope.Cosine_B1TD.shape, expectedRope);
        }

        if (!keys_BKSD.shape.SequenceEqual(expectedCache) || keys_BKSD.dtype != dtype || _keys > cache.Capacity)
        {
            throw Unfit($"a cache in {keys_BKSD.dtype} with {cache.Length} tokens", keys_BKSD.shape, expectedCache);
        }

        if (_isPadding_BS is not null && (_isPadding_BS.GetLength(0) != _batch || _isPadding_BS.GetLength(1) != _keys))
        {
            throw Unfit("padding", [_isPadding_BS.GetLength(0), _isPadding_BS.GetLength(1)], [_batch, _keys]);
        }

        static ArgumentException Unfit(string what, long[] given, long[] expected) =>
            new($"{what} of [{string.Join(", ", given)}] were given; [{string.Join(", ", expected)}] are expected.");
    }

    private void Attention(DecoderLayer parts, int layer)
    {
        GroupedQueryAttention attention = parts.Attention;
        Normalise(parts.InputNorm);
        RowMatrix query = attention.Query.ToRowMatrix();
        RowMatrix key = attention.Key.ToRowMatrix();
        RowMatrix value = attention.Value.ToRowMatrix();
        InputRows normed = Inputs(_normed_BC, query.Inputs);
        // The three together: keys and values alone are too little work to divide.
        DecodeKernels.Share(query.Outputs + key.Outputs + value.Outputs, query.Bytes + key.Bytes + value.Bytes, (from, to) =>
        {
            Project(query, normed, from, to, _query_BHD);
            Project(key, normed, from - query.Outputs, to - query.Outputs, _key_BKD);
            Project(value, normed, from - query.Outputs - key.Outputs, to - query.Outputs - key.Outputs, _value_BKD);
        });
        Rotate(_query_BHD, _config.Heads);
        Rotate(_key_BKD, _config.KeyValueHeads);
        Attend(_cache.KeysOf(layer), _cache.ValuesOf(layer));
        AddProduct(attention.Output.ToRowMatrix(), _context_BHD);
    }

    private void Mlp(DecoderLayer parts)
    {
        Normalise(parts.PostAttentionNorm);
        RowMatrix gate = parts.Mlp.Gate.ToRowMatrix();
        RowMatrix up = parts.Mlp.Up.ToRowMatrix();
        InputRows normed = Inputs(_normed_BC, gate.Inputs);
        DecodeKernels.Share(gate.Outputs, gate.Bytes + up.Bytes, (from, to) =>
        {
            Project(gate, normed, from, to, _gate_BI);
            Project(up, normed, from, to, _up_BI);
            for (int row = 0; row < _batch; row++)
            {
                nint first = (row * gate.Outputs) + from;
                RowFunctions.Gate(_gate_BI + first, _up_BI + first, to - from, _kind);
            }
        });
        AddProduct(parts.Mlp.Down.ToRowMatrix(), _gate_BI);
    }

    /// <summary>hidden += matrix inputs; normed is free and holds the products.</summary>
    private void AddProduct(RowMatrix matrix, float* inputs)
    {
        InputRows rows = Inputs(inputs, matrix.Inputs);
        DecodeKernels.Share(matrix.Outputs, matrix.Bytes, (from, to) =>
        {
            Project(matrix, rows, from, to, _normed_BC);
            for (int row = 0; row < _batch; row++)
            {
                nint first = (row * matrix.Outputs) + from;
                RowFunctions.Add(_hidden_BC + first, _normed_BC + first, to - from, _kind);
            }
        });
    }

    /// <summary>Rows of inputs in the form that the kernels read fastest; their values are rounded already.</summary>
    private InputRows Inputs(float* values, nint width)
    {
        if (_kind == WeightKind.Float32 || !InputRows.ArePreferredNarrow(width))
        {
            return new InputRows((byte*)values, WeightKind.Float32, _batch);
        }

        BFloat16s.Narrow(values, _batch * width, (ushort*)_narrow);
        return new InputRows((byte*)_narrow, WeightKind.BFloat16, _batch);
    }

    /// <summary>A range of a map's outputs, clipped to those there are.</summary>
    private void Project(in RowMatrix matrix, InputRows inputs, nint from, nint to, float* outputs)
    {
        (from, to) = (Math.Max(from, 0), Math.Min(to, matrix.Outputs));
        if (from >= to)
        {
            return;
        }

        RowProducts.Compute(_kernels.Path, matrix, inputs, from, to, outputs, matrix.Outputs);
        for (int row = 0; row < _batch; row++)
        {
            RowFunctions.Round(outputs + (row * matrix.Outputs) + from, to - from, _kind);
        }
    }

    private void Normalise(RmsNorm norm)
    {
        nint channels = _config.HiddenSize;
        TensorMemory.Read(TensorMemory.Pointer(norm.Weight), _kind, channels, _weights_C);
        for (int row = 0; row < _batch; row++)
        {
            RowFunctions.RmsNorm(_hidden_BC + (row * channels), channels, _weights_C, norm.Epsilon, _kind, _normed_BC + (row * channels));
        }
    }

    private void Rotate(float* heads_BHD, int heads)
    {
        nint width = _config.HeadSize;
        fixed (float* cosine_BD = _cosine_BD)
        fixed (float* sine_BD = _sine_BD)
        {
            for (int row = 0; row < _batch; row++)
            {
                nint position = row * width;
                for (int head = 0; head < heads; head++)
                {
                    float* head_D = heads_BHD + (((row * heads) + head) * width);
                    RowFunctions.Rotate(head_D, width, cosine_BD + position, sine_BD + position, _kind);
                }
            }
        }
    }

    private void Attend(Tensor keys_BKSD, Tensor values_BKSD)
    {
        byte* keys = TensorMemory.Pointer(keys_BKSD);
        byte* values = TensorMemory.Pointer(values_BKSD);
        int size = _kind == WeightKind.Float32 ? sizeof(float) : sizeof(ushort);
        nint width = _config.HeadSize;
        nint headBytes = (nint)_cache.Capacity * width * size;
        int keyHeads = _config.KeyValueHeads;
        int group = _config.Heads / keyHeads;
        // Queries that share keys go together, which read those once, unless threads would be left without work.
        int together = _batch * keyHeads >= get_num_threads() ? group : 1;
        int perRow = _config.Heads / together;
        for (nint head = 0; head < _batch * keyHeads; head++)
        {
            nint newest = (head * headBytes) + ((_keys - 1) * width * size);
            TensorMemory.Write(_key_BKD + (head * width), width, keys + newest, _kind);
            TensorMemory.Write(_value_BKD + (head * width), width, values + newest, _kind);
        }

        WorkerPool.Shared.Run(get_num_threads(), _batch * perRow, part =>
        {
            int row = part / perRow;
            int head = part % perRow * together;
            nint place = ((row * keyHeads) + (head / group)) * headBytes;
            nint first = (row * _config.Heads) + head;
            fixed (bool* isPadding_BS = _isPadding_BS)
            {
                CachedAttention.Attend(
                    _kernels.Path,
                    _kind,
                    _query_BHD + (first * width),
                    together,
                    keys + place,
                    values + place,
                    _keys,
                    width,
                    isPadding_BS is null ? null : isPadding_BS + (row * _keys),
                    _scores_BHS + (first * _keys),
                    _context_BHD + (first * width));
            }

            RowFunctions.Round(_context_BHD + (first * width), together * width, _kind);
        });
    }

    /// <summary>A table of positions [B or 1, 1, 1, D] as [B, D]: rows may share theirs.</summary>
    private static float[] Floats(Tensor table_B11D, int batch)
    {
        using Tensor wide = table_B11D.to_type(ScalarType.Float32);
        using Tensor rows = wide.expand(batch, 1, 1, wide.shape[^1]);
        using Tensor whole = rows.contiguous();
        return whole.data<float>().ToArray();
    }
}
