using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Proposal;

/// <summary>
/// The rules by which a pre-study chooses what to distil, the same for every capability. A layer passes that is <em>stable</em> (its map differs
/// little between samples), <em>rich</em> (text gives pictures a good part of its attention) and <em>sufficient</em> (its signal's gradient is
/// large enough and not against supervision). Of those that pass, the layer is proposed that is best <em>aligned</em> with the capability: whose
/// states tell its samples from the other capabilities', by more than chance; neighbours join it that pass too and are nearly as well aligned.
/// One layer gives its text-to-vision map, several their full maps where those are stable, matched in groups. Where no layer passes, the published
/// choice stays.
/// </summary>
public static class SignalRules
{
    /// <summary>Chooses.</summary>
    /// <param name="capability">The capability.</param>
    /// <param name="layers">What was found of each of the teacher's layers, from the first; at least one.</param>
    /// <param name="settings">The rules' limits.</param>
    public static SignalProposal Choose(Capability capability, IReadOnlyList<LayerEvidence> layers, ProposalSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers.Count, 1);
        double mostMass = layers.Max(layer => layer.Mass ?? 0);
        double mostGradient = layers.Max(layer => layer.Gradient ?? 0);
        LayerVerdict[] verdicts =
        [
            .. layers.Select(layer => new LayerVerdict(
                layer,
                (layer.TextToVisionDispersion ?? layer.FullDispersion) <= settings.MaxDispersion,
                layer.Mass is not double mass || mass >= settings.LeastMass * mostMass,
                (layer.Gradient is not double gradient || gradient >= settings.LeastGradient * mostGradient) && (layer.Cosine is not double cosine || cosine >= settings.LeastCosine),
                IsChosen: false)),
        ];
        LayerVerdict[] passing = [.. verdicts.Where(verdict => verdict.Passes)];
        if (passing.Length == 0)
        {
            return Published(capability, layers.Count, verdicts, $"no layer is stable, rich and sufficient at once ({Count(verdicts, verdict => verdict.IsStable)} stable, "
                + $"{Count(verdicts, verdict => verdict.IsRich)} rich, {Count(verdicts, verdict => verdict.IsSufficient)} sufficient of {layers.Count})");
        }

        if (passing.Any(verdict => verdict.Evidence.Separation is null))
        {
            return Published(capability, layers.Count, verdicts, "only one capability was studied: what a layer tells apart cannot be seen");
        }

        LayerVerdict? best = passing.Where(verdict => verdict.Evidence.IsSeparated).MaxBy(verdict => verdict.Evidence.Separation!.Value);
        if (best is null)
        {
            return Published(
                capability, layers.Count, verdicts, "in no layer that passes are the capability's samples nearer to each other than to the others' by more than chance");
        }

        int first = best.Evidence.Layer;
        int last = first;
        while (Joins(first - 1))
        {
            first--;
        }

        while (Joins(last + 1))
        {
            last++;
        }

        LayerVerdict[] chosen = [.. verdicts.Select(verdict => verdict with { IsChosen = verdict.Evidence.Layer >= first && verdict.Evidence.Layer <= last })];
        bool hasPictures = best.Evidence.Mass is not null;
        bool isFull = !hasPictures || (last > first && chosen.Where(verdict => verdict.IsChosen).All(verdict => verdict.Evidence.FullDispersion <= settings.MaxDispersion));
        return new SignalProposal
        {
            Capability = capability,
            First = first,
            Last = last,
            Map = isFull ? AttentionMapKind.Full : AttentionMapKind.TextToVision,
            IsPublishedChoice = false,
            Verdicts = chosen,
            Reasons = Reasons(best.Evidence, first, last, passing.Length, layers.Count, isFull, hasPictures, mostMass, settings),
        };

        bool Joins(int layer) => layer >= 1 && layer <= verdicts.Length && verdicts[layer - 1] is { Passes: true } verdict
            && verdict.Evidence.IsSeparated && verdict.Evidence.Separation >= settings.LeastSeparation * best.Evidence.Separation;
    }

    private static string[] Reasons(
        LayerEvidence best, int first, int last, int passing, int layers, bool isFull, bool hasPictures, double mostMass, ProposalSettings settings)
    {
        List<string> reasons =
        [
            Text($"aligned: at layer {best.Layer} samples are {best.Separation:0.000} (at least {best.SeparationLow:0.000}) nearer to each other than to the other capabilities', the most of the {passing} of {layers} layers that pass"),
            hasPictures
                ? Text($"stable: its text-to-vision map's dispersion is {best.TextToVisionDispersion:0.000}, {settings.MaxDispersion:0.###} is the limit")
                : Text($"stable: its map's dispersion is {best.FullDispersion:0.000}, {settings.MaxDispersion:0.###} is the limit"),
        ];
        if (best.Mass is double mass)
        {
            reasons.Add(Text($"rich: text gives pictures {100 * mass:0.0} % of its attention there, the greatest share of a layer is {100 * mostMass:0.0} %"));
        }

        if (best.Gradient is double gradient)
        {
            reasons.Add(Text($"sufficient: its signal's gradient on the student is {gradient:0.0e+0} of supervision's, at a cosine of {best.Cosine:+0.00;-0.00;0.00}"));
        }

        if (last > first)
        {
            reasons.Add(Text($"range: layers {first} to {last} have at least {100 * settings.LeastSeparation:0} % of that separation and pass too"));
        }

        reasons.Add((isFull, hasPictures) switch
        {
            (true, true) => "map: several layers whose full maps are stable, matched in groups",
            (true, false) => "map: full, no sample has pictures",
            (false, _) when last > first => "map: text to vision, full maps of these layers are not stable",
            _ => "map: text to vision, of one layer",
        });
        return [.. reasons];
    }

    /// <summary>What the paper takes: layer 1, all but the last, the last but one.</summary>
    private static SignalProposal Published(Capability capability, int layers, IReadOnlyList<LayerVerdict> verdicts, string why)
    {
        int penultimate = Math.Max(1, layers - 1);
        (int first, int last, AttentionMapKind map) = capability switch
        {
            Capability.Perception => (1, 1, AttentionMapKind.TextToVision),
            Capability.Reasoning => (1, penultimate, AttentionMapKind.Full),
            _ => (penultimate, penultimate, AttentionMapKind.TextToVision),
        };
        return new SignalProposal
        {
            Capability = capability,
            First = first,
            Last = last,
            Map = map,
            IsPublishedChoice = true,
            Verdicts = [.. verdicts.Select(verdict => verdict with { IsChosen = verdict.Evidence.Layer >= first && verdict.Evidence.Layer <= last })],
            Reasons = [$"the published choice, because {why}"],
        };
    }

    private static string Count(IEnumerable<LayerVerdict> verdicts, Func<LayerVerdict, bool> holds) => verdicts.Count(holds).ToString(CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
