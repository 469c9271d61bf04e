using DriveKD.Models.Families;

namespace DriveKD.Models.InternVL;

/// <summary>
/// The one table of tensor names: which file name is which parameter, in every naming that releases, converters and newer
/// transformers write, and what is dropped on purpose. Canonical names are those of the OpenGVLab layout.
/// </summary>
public static class InternVLTensorNames
{
    private const string VisionLayers = "encoder.layers.";
    private const string VisionLayersTransformers = "encoder.layer.";

    /// <summary>First match wins. A file name may carry "model." before each of them.</summary>
    private static readonly (string Prefix, string Canonical)[] _regions =
    [
        ("vision_model.", "vision_model."),
        ("vision_tower.", "vision_model."),
        ("mlp1.", "mlp1."),
        ("multi_modal_projector.", "mlp1."),
        ("language_model.lm_head.", "language_model.lm_head."),
        ("lm_head.", "language_model.lm_head."),
        ("language_model.model.", "language_model.model."),
        ("language_model.", "language_model.model."),
    ];

    /// <summary>Canonical and transformers names inside the tower's embeddings.</summary>
    private static readonly (string Canonical, string Transformers)[] _visionEmbeddings =
    [
        ("embeddings.class_embedding", "embeddings.cls_token"),
        ("embeddings.position_embedding", "embeddings.position_embeddings"),
        ("embeddings.patch_embedding.weight", "embeddings.patch_embeddings.projection.weight"),
        ("embeddings.patch_embedding.bias", "embeddings.patch_embeddings.projection.bias"),
    ];

    /// <summary>Canonical and transformers names inside one block of the tower; mlp.fc1 and mlp.fc2 agree.</summary>
    private static readonly (string Canonical, string Transformers)[] _visionBlock =
    [
        ("attn.q_norm.weight", "attention.q_norm.weight"),
        ("attn.k_norm.weight", "attention.k_norm.weight"),
        ("attn.proj.weight", "attention.projection_layer.weight"),
        ("attn.proj.bias", "attention.projection_layer.bias"),
        ("norm1.weight", "layernorm_before.weight"),
        ("norm1.bias", "layernorm_before.bias"),
        ("norm2.weight", "layernorm_after.weight"),
        ("norm2.bias", "layernorm_after.bias"),
        ("ls1", "lambda_1"),
        ("ls2", "lambda_2"),
    ];

    /// <summary>The thirds of the fused projection's rows, in order.</summary>
    private static readonly string[] _thirds = ["q_proj", "k_proj", "v_proj"];

    private static readonly (string Canonical, string Transformers)[] _projector =
        [("0.", "layer_norm."), ("1.", "linear_1."), ("3.", "linear_2.")];

    /// <summary>Endings of tensors that carry no parameter, and why.</summary>
    private static readonly (string Ending, string Reason)[] _dropped =
    [
        (".rotary_emb.inv_freq", "rotary frequencies follow from the config"),
        (".embeddings.position_ids", "position numbers follow from the config"),
        (".embeddings.mask_token", "used in masked-image training only"),
    ];

    /// <summary>Which parameter a file's tensor name stands for.</summary>
    /// <param name="fileName">As it stands in the file.</param>
    public static TensorPlace Resolve(string fileName)
    {
        string name = StripModel(TrainingWrappers.Strip(fileName));
        foreach ((string ending, string reason) in _dropped)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                return TensorPlace.Dropped(reason);
            }
        }

        foreach ((string prefix, string canonical) in _regions)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                string rest = name[prefix.Length..];
                return canonical switch
                {
                    "vision_model." => ResolveVision(rest),
                    "mlp1." => TensorPlace.Whole(canonical + Translate(rest, _projector)),
                    _ => TensorPlace.Whole(canonical + rest),
                };
            }
        }

        return TensorPlace.Unknown;
    }

    /// <summary>The names under which a parameter is written: one, or three for a projection that the naming splits.</summary>
    /// <param name="canonical">A canonical name.</param>
    /// <param name="naming">The file's naming.</param>
    /// <returns>Each name with the third of the parameter's rows that it holds, or null for all of them.</returns>
    public static IReadOnlyList<(string Name, int? Third)> FileNames(string canonical, InternVLNaming naming)
    {
        if (naming == InternVLNaming.OpenGVLab)
        {
            return [(canonical, null)];
        }

        string model = naming == InternVLNaming.NewTransformers ? "model." : string.Empty;
        if (Rest(canonical, "vision_model.") is string vision)
        {
            return [.. VisionFileNames(vision).Select(place => (model + "vision_tower." + place.Name, place.Third))];
        }

        if (Rest(canonical, "mlp1.") is string projector)
        {
            (string digit, string layer) = _projector.First(row => projector.StartsWith(row.Canonical, StringComparison.Ordinal));
            return [(model + "multi_modal_projector." + layer + projector[digit.Length..], null)];
        }

        return naming == InternVLNaming.HubTransformers ? [(canonical, null)]
            : Rest(canonical, "language_model.model.") is string decoder ? [("model.language_model." + decoder, null)]
            : [(canonical["language_model.".Length..], null)];
    }

    /// <summary>The naming that most of a file's names follow, or null where none is known.</summary>
    /// <param name="fileNames">Names as they stand in the files.</param>
    public static InternVLNaming? Detect(IEnumerable<string> fileNames)
    {
        int[] counts = new int[3];
        foreach (string name in fileNames.Select(TrainingWrappers.Strip))
        {
            if (StartsWithAny(name, "vision_model.", "mlp1."))
            {
                counts[(int)InternVLNaming.OpenGVLab]++;
            }
            else if (StartsWithAny(name, "vision_tower.", "multi_modal_projector."))
            {
                counts[(int)InternVLNaming.HubTransformers]++;
            }
            else if (StartsWithAny(name, "model.vision_tower.", "model.multi_modal_projector."))
            {
                counts[(int)InternVLNaming.NewTransformers]++;
            }
        }

        int most = Array.IndexOf(counts, counts.Max());
        return counts[most] == 0 ? null : (InternVLNaming)most;
    }

    private static TensorPlace ResolveVision(string rest)
    {
        string? layers = Rest(rest, VisionLayers) ?? Rest(rest, VisionLayersTransformers);
        if (layers is null)
        {
            return TensorPlace.Whole("vision_model." + Translate(rest, _visionEmbeddings));
        }

        int dot = layers.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return TensorPlace.Unknown;
        }

        string block = $"vision_model.{VisionLayers}{layers[..dot]}.";
        string inner = layers[(dot + 1)..];
        for (int third = 0; third < _thirds.Length; third++)
        {
            string? kind = Rest(inner, $"attention.{_thirds[third]}.") ?? Rest(inner, $"attn.{_thirds[third]}.");
            if (kind is not null)
            {
                return TensorPlace.Rows(block + "attn.qkv." + kind, third);
            }
        }

        return TensorPlace.Whole(block + Translate(inner, _visionBlock));
    }

    private static IReadOnlyList<(string Name, int? Third)> VisionFileNames(string rest)
    {
        if (Rest(rest, VisionLayers) is not string layers)
        {
            return [(_visionEmbeddings.First(row => row.Canonical == rest).Transformers, null)];
        }

        int dot = layers.IndexOf('.', StringComparison.Ordinal);
        string block = VisionLayersTransformers + layers[..(dot + 1)];
        string inner = layers[(dot + 1)..];
        if (Rest(inner, "attn.qkv.") is string kind)
        {
            return [.. _thirds.Select((name, third) => ($"{block}attention.{name}.{kind}", (int?)third))];
        }

        string? renamed = _visionBlock.FirstOrDefault(row => row.Canonical == inner).Transformers;
        return [(block + (renamed ?? inner), null)];
    }

    private static string StripModel(string name)
    {
        string? inner = Rest(name, "model.");
        return inner is not null && _regions.Any(region => inner.StartsWith(region.Prefix, StringComparison.Ordinal)) ? inner : name;
    }

    /// <summary>Replaces a transformers name, or the beginning of one where the row ends in a dot; other names stay.</summary>
    private static string Translate(string rest, (string Canonical, string Transformers)[] table)
    {
        foreach ((string canonical, string transformers) in table)
        {
            if (rest == transformers || (transformers.EndsWith('.') && rest.StartsWith(transformers, StringComparison.Ordinal)))
            {
                return canonical + rest[transformers.Length..];
            }
        }

        return rest;
    }

    private static string? Rest(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static bool StartsWithAny(string text, string first, string second) =>
        text.StartsWith(first, StringComparison.Ordinal) || text.StartsWith(second, StringComparison.Ordinal);
}
