using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Text.Verification;

/// <summary>Compares encoding, decoding and streaming with recorded ones.</summary>
internal static class TokenizerGoldens
{
    /// <summary>A file <c>NAME-ids.json</c>: one row per category of texts and stage, then the id lists.</summary>
    public static IEnumerable<GoldenCheck> RunIds(string path, BpeTokenizer tokenizer, BpeTokenizer internVLTokenizer)
    {
        using JsonDocument document = GoldenJson.Open(path);
        GoldenJson root = new(path, "$", document.RootElement);
        IEnumerable<IGrouping<string, GoldenJson>> categories = root.Member("encode").Items().GroupBy(item => item.Member("category").Text());
        foreach (IGrouping<string, GoldenJson> category in categories)
        {
            StageTable stages = new();
            foreach (GoldenJson item in category)
            {
                CompareEncoding(item, tokenizer, internVLTokenizer, stages);
            }

            foreach (GoldenCheck check in stages.ToChecks($"encode/{category.Key}"))
            {
                yield return check;
            }
        }

        StageTable decodeStages = new();
        int index = 0;
        foreach (GoldenJson item in root.Member("decode").Items())
        {
            CompareDecoding($"decode[{index++}]", item, item.Member("ids").Integers(), tokenizer, decodeStages);
        }

        foreach (GoldenCheck check in decodeStages.ToChecks("decode"))
        {
            yield return check;
        }
    }

    /// <summary>A file <c>NAME-byte-token-ids.json</c>: byte value to id.</summary>
    public static IEnumerable<GoldenCheck> RunByteTokens(string path, BpeTokenizer tokenizer)
    {
        using JsonDocument document = GoldenJson.Open(path);
        GoldenJson root = new(path, "$", document.RootElement);
        ExactTally tally = new();
        for (int value = 0; value < 256; value++)
        {
            int expected = root.Member(value.ToString(CultureInfo.InvariantCulture)).Integer();
            string token = ByteLevelAlphabet.ToCharacter((byte)value).ToString();
            tally.CompareValues($"byte 0x{value:X2}", expected, tokenizer.FindId(token));
        }

        yield return tally.ToCheck("byte tokens", "ids");
    }

    /// <summary>A table of texts with ids and both decodings.</summary>
    public static IEnumerable<GoldenCheck> RunTable(string path, BpeTokenizer tokenizer)
    {
        using JsonDocument document = GoldenJson.Open(path);
        StageTable stages = new();
        foreach (GoldenJson item in new GoldenJson(path, "$", document.RootElement).Items())
        {
            string text = item.Member("text").Text();
            string name = ExactTally.Quote(text);
            int[] ids = item.Member("ids").Integers();
            stages["ids"].CompareLists(name, ids, tokenizer.Encode(text));
            stages["decoded"].CompareValues(name, item.Member("decoded").Text(), tokenizer.Decode(ids));
            stages["decoded"].CompareValues(name, item.Member("decoded_skip_special").Text(), tokenizer.Decode(ids, skipSpecialTokens: true));
        }

        foreach (GoldenCheck check in stages.ToChecks("tokenizer table"))
        {
            yield return check;
        }
    }

    private static void CompareEncoding(GoldenJson item, BpeTokenizer tokenizer, BpeTokenizer internVLTokenizer, StageTable stages)
    {
        string text = item.Member("text").Text();
        string name = $"encode[{item.Member("index").Integer()}] {ExactTally.Quote(text)}";
        int[] ids = item.Member("ids").Integers();
        if (item.Optional("pieces") is { } pieces)
        {
            stages["pieces"].CompareLists(name, pieces.TextsOrNulls(), tokenizer.CutIntoPieces(text));
        }

        stages["ids"].CompareLists(name, ids, tokenizer.Encode(text));

        // Where a variant is not recorded, it is the same as the plain one.
        int[] internVLIds = item.Optional("ids_internvl3")?.Integers() ?? ids;
        stages["ids internvl3"].CompareLists(name, internVLIds, internVLTokenizer.Encode(text));
        int[] plainIds = item.Optional("ids_special_as_plain_text")?.Integers() ?? ids;
        stages["ids plain"].CompareLists(name, plainIds, tokenizer.Encode(text, matchSpecialTokens: false));

        CompareDecoding(name, item, ids, tokenizer, stages);
        if (item.Optional("decoded_internvl3_skip_special") is { } decoded)
        {
            stages["decoded"].CompareValues(name, decoded.Text(), internVLTokenizer.Decode(internVLIds, skipSpecialTokens: true));
        }

        bool differs = item.Optional("decoded_differs_from_text")?.Boolean() ?? false;
        stages["decoded"].CompareValues($"{name}, decoded text differs", differs, tokenizer.Decode(tokenizer.Encode(text)) != text);
    }

    private static void CompareDecoding(string name, GoldenJson item, int[] ids, BpeTokenizer tokenizer, StageTable stages)
    {
        string decoded = item.Member("decoded").Text();
        stages["decoded"].CompareValues(name, decoded, tokenizer.Decode(ids));
        string skipped = item.Optional("decoded_skip_special")?.Text() ?? decoded;
        stages["decoded"].CompareValues($"{name}, special tokens skipped", skipped, tokenizer.Decode(ids, skipSpecialTokens: true));
        if (item.Optional("stream") is not { } stream)
        {
            return;
        }

        stages["stream"].CompareLists(name, stream.TextsOrNulls(), Stream(tokenizer, ids, skipSpecialTokens: false));
        string?[] skippedStream = (item.Optional("stream_skip_special") ?? stream).TextsOrNulls();
        stages["stream"].CompareLists($"{name}, special tokens skipped", skippedStream, Stream(tokenizer, ids, skipSpecialTokens: true));
    }

    private static string?[] Stream(BpeTokenizer tokenizer, int[] ids, bool skipSpecialTokens)
    {
        IncrementalDecoder decoder = tokenizer.CreateDecoder(skipSpecialTokens);
        return [.. ids.Select(decoder.Append)];
    }
}
