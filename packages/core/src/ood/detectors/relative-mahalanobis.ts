import { mahalanobisDistances } from "../../linalg/mahalanobis-distances.ts";
import { shrunkenCovariance } from "../../linalg/shrunken-covariance.ts";
import { classMeans, emptyClassNotes } from "./class-means.ts";
import { numberIn, type OodKind } from "./kind.ts";
import { factorOf, needTwoRows, negatedSmallest } from "./mahalanobis.ts";

/**
 * The squared distance from the mean of all rows minus that from the nearest class mean, `relative-mahalanobis`.
 *
 * Both covariances are shrunk by the same share, that of Ledoit and Wolf for the one within classes: two shares that differ
 * by half a percent leave a difference of large distances that says nothing.
 *
 * Source: Ren, Fort, Liu et al. (2021), "A simple fix to Mahalanobis distance for improving near-OOD detection",
 * arXiv 2106.09022, equation 3.
 */
export const relativeMahalanobisKind: OodKind = {
  needs: ["features", "labels"],
  options: ["shrinkage"],
  settings: { shrinkage: numberIn({ minimum: 0, maximum: 1 }), rank: { type: "integer", minimum: 1 } },
  arrays: ({ width }) => ({
    means: ["classes", width],
    factor: [width, width],
    centre: [1, width],
    background: [width, width],
  }),
  fit: (rows, { shrinkage = "ledoit-wolf" }) => {
    const features = rows.features();
    needTwoRows(rows, "relative-mahalanobis");
    const groups = classMeans(features, rows.labels);
    const all = classMeans(features, null);
    const within = shrunkenCovariance(features, groups.means, groups.meanOf, { shrinkage });
    const overall = shrunkenCovariance(features, all.means, all.meanOf, { shrinkage: within.shrinkage });
    const single = groups.means.rows === 1 ? ["All training rows are of one class, so that every score is 0."] : [];
    return {
      settings: { shrinkage: within.shrinkage, rank: within.rank },
      arrays: {
        means: groups.means,
        factor: factorOf(within, features.cols),
        centre: all.means,
        background: factorOf(overall, features.cols),
      },
      notes: [...emptyClassNotes(groups, rows.classes), ...(within.note === undefined ? [] : [within.note]), ...single],
    };
  },
  scorer:
    ({ arrays: { means, factor, centre, background } }) =>
    (rows) => {
      const scores = negatedSmallest(mahalanobisDistances(rows.features(), means, factor.data));
      const overall = mahalanobisDistances(rows.features(), centre, background.data).data;
      for (let i = 0; i < scores.length; i++) scores[i] += overall[i];
      return scores;
    },
};
